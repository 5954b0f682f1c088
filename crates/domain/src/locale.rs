//! The languages of pages and mails.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language we speak. The tags are BCP 47.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English, the fallback.
    #[default]
    En,
    /// Dutch.
    Nl,
    /// Norwegian bokmål.
    Nb,
    /// Swedish.
    Sv,
    /// Danish.
    Da,
    /// German.
    De,
}

/// The text is none of our languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language of this product")]
pub struct UnknownLocale;

impl Locale {
    /// All, ordered by their own names, as menus show them.
    pub const ALL: [Self; 6] = [Self::Da, Self::De, Self::En, Self::Nl, Self::Nb, Self::Sv];

    /// The BCP 47 tag, for `lang` attributes and file names.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nl => "nl",
            Self::Nb => "nb",
            Self::Sv => "sv",
            Self::Da => "da",
            Self::De => "de",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Nl => "Nederlands",
            Self::Nb => "Norsk bokmål",
            Self::Sv => "Svenska",
            Self::Da => "Dansk",
            Self::De => "Deutsch",
        }
    }

    /// The best of ours for an `Accept-Language` header (RFC 9110 §12.5.4); weights
    /// are honoured, `no` and `nn` count as Norwegian.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            if let Ok(locale) = tag.parse::<Self>()
                && weight > 0.0
                && best.is_none_or(|(top, _)| weight > top)
            {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let primary = tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match primary.as_str() {
            "en" => Ok(Self::En),
            "nl" => Ok(Self::Nl),
            "nb" | "no" | "nn" => Ok(Self::Nb),
            "sv" => Ok(Self::Sv),
            "da" => Ok(Self::Da),
            "de" => Ok(Self::De),
            _ => Err(UnknownLocale),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (header, expected) in [
            ("nb-NO,nb;q=0.9,en;q=0.8", Some(Locale::Nb)),
            ("fr,de;q=0.3,sv;q=0.7", Some(Locale::Sv)),
            ("no", Some(Locale::Nb)),
            ("fr-CH, *;q=0.5", None),
            ("en;q=0", None),
            ("", None),
        ] {
            assert_eq!(Locale::negotiate(header), expected, "{header}");
        }
    }
}
