"""What every server of the project does alike at its door. It opens no socket and knows nothing of what is served."""
