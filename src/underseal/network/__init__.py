"""The network half: a closed, end-to-end encrypted phone network on Matrix, and the door to the evidence half.

It never imports the evidence half; the two meet in files that `capture` hands over.
"""
