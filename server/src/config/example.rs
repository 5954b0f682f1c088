//! The example in the documentation, which is also what `config example` prints.

/// A commented configuration file. Loads, but is refused until its example key is replaced.
#[must_use]
pub fn example() -> String {
    include_str!("example.toml").replace("@EXAMPLE_KEY@", &synchronizer_vault::example_key())
}
