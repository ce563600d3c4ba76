//! A case folder: run, review, ranking, dossier and exports
