//! Parquet tables, SQL over a case, and the review log
