"""Asking other people's servers: guarded, bounded, patient, with secrets from where they are kept. For whoever asks."""
