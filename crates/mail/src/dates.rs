//! Instants written out in a language, in UTC.

use std::collections::HashMap;

use serde::Deserialize;
use synchronizer_domain::{Locale, Timestamp};

use crate::error::MailError;

/// Months and order of the parts in one language: `templates/<locale>/dates.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    months: [String; 12],
    /// With `{day}`, `{month}`, `{year}`, `{hour}` and `{minute}`.
    instant: String,
}

/// Writes instants in every language.
#[derive(Debug)]
pub(crate) struct Dates(HashMap<Locale, Wording>);

impl Dates {
    pub(crate) fn new() -> Result<Self, MailError> {
        let mut wordings = HashMap::new();
        for locale in Locale::ALL {
            let wording =
                serde_json::from_str(source(locale)).map_err(|error| MailError::Dates {
                    locale: locale.tag(),
                    reason: error.to_string(),
                })?;
            wordings.insert(locale, wording);
        }
        Ok(Self(wordings))
    }

    /// `28 October 2025, 09:12 UTC` and its like. Seconds are dropped, so what is
    /// written is never later than the instant.
    pub(crate) fn write(&self, locale: Locale, at: Timestamp) -> String {
        let (year, month, day) = at.civil_date();
        let minute_of_day = at.as_secs().rem_euclid(86_400) / 60;
        let month = usize::try_from(month)
            .unwrap_or(1)
            .saturating_sub(1)
            .min(11);
        let Some(wording) = self.0.get(&locale) else {
            return at.to_rfc3339();
        };
        let [hour, minute] = [minute_of_day / 60, minute_of_day % 60];
        wording
            .instant
            .replace("{day}", &day.to_string())
            .replace(
                "{month}",
                wording.months.get(month).map_or("", String::as_str),
            )
            .replace("{year}", &year.to_string())
            .replace("{hour}", &format!("{hour:02}"))
            .replace("{minute}", &format!("{minute:02}"))
    }
}

const fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("../templates/en/dates.json"),
        Locale::Nl => include_str!("../templates/nl/dates.json"),
        Locale::Nb => include_str!("../templates/nb/dates.json"),
        Locale::Sv => include_str!("../templates/sv/dates.json"),
        Locale::Da => include_str!("../templates/da/dates.json"),
        Locale::De => include_str!("../templates/de/dates.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_as_the_language_does() {
        let dates = Dates::new().unwrap();
        let at = Timestamp::from_secs(1_761_642_779);
        for (locale, expected) in [
            (Locale::En, "28 October 2025, 09:12 UTC"),
            (Locale::Nl, "28 oktober 2025, 09:12 uur (UTC)"),
            (Locale::Nb, "28. oktober 2025 kl. 09.12 (UTC)"),
            (Locale::Sv, "28 oktober 2025 kl. 09.12 (UTC)"),
            (Locale::Da, "28. oktober 2025 kl. 09.12 (UTC)"),
            (Locale::De, "28. Oktober 2025, 09:12 Uhr (UTC)"),
        ] {
            assert_eq!(dates.write(locale, at), expected);
        }
    }

    #[test]
    fn every_month_of_every_language_has_its_own_name() {
        let dates = Dates::new().unwrap();
        for locale in Locale::ALL {
            let mut months: Vec<_> = dates.0[&locale].months.to_vec();
            months.sort();
            months.dedup();
            assert_eq!(months.len(), 12, "{locale}");
            assert!(months.iter().all(|month| !month.is_empty()));
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let dates = Dates::new().unwrap();
        assert_eq!(
            dates.write(Locale::En, Timestamp::from_secs(1_735_689_599)),
            "31 December 2024, 23:59 UTC"
        );
        assert_eq!(
            dates.write(Locale::En, Timestamp::from_secs(1_735_689_600)),
            "1 January 2025, 00:00 UTC"
        );
    }
}
