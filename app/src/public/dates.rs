//! Dates and times of pages that know no time zone of their reader: UTC, said so.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;

use crate::i18n::Texts;

/// The date in words: `28 October 2025`.
pub(super) fn date(texts: Texts, at: Timestamp) -> AnyView {
    let words = date_words(texts, at);
    view! { <time datetime=at.to_rfc3339()>{words}</time> }.into_any()
}

/// The time of day: `09:42 UTC`.
pub(super) fn time(at: Timestamp) -> AnyView {
    let words = time_words(at);
    view! { <time datetime=at.to_rfc3339()>{words}</time> }.into_any()
}

fn date_words(texts: Texts, at: Timestamp) -> String {
    let (year, month, day) = at.civil_date();
    let month = texts.t(&format!("public.month.{month}"));
    texts.with(
        "public.date",
        &[
            ("day", &day.to_string()),
            ("month", &month),
            ("year", &year.to_string()),
        ],
    )
}

fn time_words(at: Timestamp) -> String {
    let second = at.as_secs().rem_euclid(86_400);
    format!("{:02}:{:02} UTC", second / 3_600, second / 60 % 60)
}

#[cfg(test)]
mod tests {
    use synchronizer_domain::Locale;

    use super::*;
    use crate::i18n::{provide_texts, public};

    fn said(locale: Locale) -> String {
        let owner = Owner::new();
        owner.with(|| {
            date_words(
                provide_texts(public(locale)),
                Timestamp::from_secs(1_761_644_520),
            )
        })
    }

    #[test]
    fn a_date_is_written_out_as_the_language_does() {
        assert_eq!(said(Locale::En), "28 October 2025");
        assert_eq!(said(Locale::De), "28. Oktober 2025");
        assert_eq!(said(Locale::Nl), "28 oktober 2025");
        assert_eq!(said(Locale::Sv), "28 oktober 2025");
        assert_eq!(said(Locale::Nb), "28. oktober 2025");
        assert_eq!(said(Locale::Da), "28. oktober 2025");
    }

    #[test]
    fn a_time_says_its_zone() {
        assert_eq!(time_words(Timestamp::from_secs(1_761_644_520)), "09:42 UTC");
    }
}
