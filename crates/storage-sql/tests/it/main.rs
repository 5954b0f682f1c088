//! The storage on both engines. Tests on PostgreSQL need `SYNCHRONIZER_TEST_POSTGRES`, the
//! URL of a database where schemas may be created and dropped; without it they say that
//! they were skipped.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod folding;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
