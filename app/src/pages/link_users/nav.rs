//! Moving through a list by keyboard (WAI-ARIA listbox pattern).

/// Rows that fit into the list; Page Up and Page Down move by them.
const PAGE: usize = 6;

/// The option that a key makes active; none when the key does not move.
pub fn step(key: &str, active: Option<usize>, len: usize) -> Option<usize> {
    let last = len.checked_sub(1)?;
    let moved = match (key, active) {
        ("ArrowDown" | "PageDown", None) | ("Home", _) => 0,
        ("ArrowUp" | "PageUp", None) | ("End", _) => last,
        ("ArrowDown", Some(at)) => at + 1,
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("PageDown", Some(at)) => at + PAGE,
        ("PageUp", Some(at)) => at.saturating_sub(PAGE),
        _ => return None,
    };
    Some(moved.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_and_stop_at_the_ends() {
        for (key, active, len, expected) in [
            ("ArrowDown", None, 3, Some(0)),
            ("ArrowDown", Some(2), 3, Some(2)),
            ("ArrowUp", None, 3, Some(2)),
            ("ArrowUp", Some(0), 3, Some(0)),
            ("PageDown", Some(1), 20, Some(7)),
            ("PageUp", Some(4), 20, Some(0)),
            ("Home", Some(4), 20, Some(0)),
            ("End", None, 20, Some(19)),
            ("a", Some(1), 3, None),
            ("ArrowDown", None, 0, None),
        ] {
            assert_eq!(step(key, active, len), expected, "{key} {active:?}");
        }
    }
}
