//! Content-addressed captures, record seals, hash manifests, and BagIt bags.
//!
//! This crate knows bytes, names and hashes, and nothing of what the bytes mean.
//!
//! ```
//! use tw_evidence::{CaptureMeta, CaptureStore, Method};
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let mut store = CaptureStore::open(&folder.join("captures"))?;
//! let meta = CaptureMeta::new("deliveries.csv", "2024-05-02T09:30:00Z", Method::Import);
//! let capture = store.put_bytes(b"supplier,barrels\nRUS,15279\n", &meta)?;
//! assert_eq!(capture.media_type, "text/csv");
//! assert_eq!(store.read(&capture.sha256)?, b"supplier,barrels\nRUS,15279\n");
//! assert!(store.verify().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod atomic;
mod bag;
mod capture;
mod error;
mod hash;
mod manifest;
mod media;
mod record;
mod tree;

pub use atomic::{Recovery, is_leftover, recover_dir, replace_dir_atomically, write_atomically};
pub use bag::{Bag, BagReport, verify_bag, write_bag};
pub use capture::{Capture, CaptureMeta, CaptureStore, Method};
pub use error::EvidenceError;
pub use hash::{hash_file, hash_files, sha256};
pub use manifest::{Difference, DifferenceKind, Manifest, ManifestFormat, check};
pub use media::guess_media_type;
pub use record::{RecordSeal, SealError, SealState, check_seal, check_seals, seal, seal_in_file};
