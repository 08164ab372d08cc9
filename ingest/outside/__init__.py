"""How the outside is asked, whatever the protocol: guarded, bounded, patient, with secrets from where they are kept."""
