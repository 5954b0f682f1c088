//! Lists of people, which remote systems give page by page.

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage<T> {
    /// The people on it.
    pub people: Vec<T>,
    /// Where the list goes on; none on the last page. Opaque, and only good for the list
    /// that it came from.
    pub next: Option<String>,
    /// How many entries the list has in all, where the system says so. Entries that are no
    /// people are among them.
    pub total: Option<u32>,
}
