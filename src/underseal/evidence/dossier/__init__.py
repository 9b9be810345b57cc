"""Dossiers: case files built from messages, known to their members alone, handed to prosecutors and to partner forces."""
