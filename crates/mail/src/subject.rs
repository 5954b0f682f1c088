//! Names cut so that a subject stays short.

/// Longest subject, in characters; phones and lists show no more.
pub(crate) const MAX_SUBJECT: usize = 60;

/// The name in at most `max` characters: whole, or cut between words where that keeps
/// at least half of the room, else inside a word, and ended by an ellipsis.
pub(crate) fn shorten(name: &str, max: usize) -> String {
    if name.chars().count() <= max {
        return name.to_owned();
    }
    let room = max.saturating_sub(1);
    let mut kept: Vec<char> = name.chars().take(room).collect();
    let next = name.chars().nth(room);
    if next.is_some_and(joins_to_previous) {
        // The last letter kept would lose its accent, or the last emoji its second half.
        while kept.pop().is_some_and(joins_to_previous) {}
    }
    if next.is_some_and(|c| !c.is_whitespace())
        && let Some(blank) = kept.iter().rposition(|c| c.is_whitespace())
        && blank * 2 >= room
    {
        kept.truncate(blank);
    }
    let mut cut: String = kept.into_iter().collect();
    let end = cut
        .trim_end_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '-' | '–' | '&' | '(' | '/')
        })
        .len();
    cut.truncate(end);
    cut.push('…');
    cut
}

/// Combining marks, variation selectors, joiners and skin tones never begin a sign.
fn joins_to_previous(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{200D}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_fits_is_not_touched() {
        assert_eq!(
            shorten("Nordlicht Consulting AS", 23),
            "Nordlicht Consulting AS"
        );
    }

    #[test]
    fn a_long_name_is_cut_between_words() {
        assert_eq!(
            shorten("Nordlicht Consulting AS", 22),
            "Nordlicht Consulting…"
        );
        assert_eq!(
            shorten("Fjord, Fjell & Partners Eiendom", 16),
            "Fjord, Fjell…"
        );
    }

    #[test]
    fn a_name_of_one_long_word_is_cut_inside_it() {
        assert_eq!(
            shorten("Donaudampfschifffahrtsgesellschaft", 12),
            "Donaudampfs…"
        );
        assert_eq!(
            shorten("A Donaudampfschifffahrtsgesellschaft", 12),
            "A Donaudamp…"
        );
    }

    #[test]
    fn an_accent_is_never_parted_from_its_letter() {
        let name = "Beyonce\u{301}sProduktionsgesellschaft";
        assert_eq!(shorten(name, 8), "Beyonc…");
    }

    #[test]
    fn no_room_gives_only_the_ellipsis() {
        assert_eq!(shorten("Nordlicht", 1), "…");
        assert_eq!(shorten("Nordlicht", 0), "…");
    }
}
