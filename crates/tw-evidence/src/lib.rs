//! Content-addressed captures, record pointers and hash manifests
