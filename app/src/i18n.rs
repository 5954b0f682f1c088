//! Texts of pages: one flat catalogue per language, read from `locales/`.
//!
//! `shared.json` and `portal.json` travel to the browser inside the page, in the chosen
//! language only; `public.json` stays on the server. Placeholders are `{name}`; plural
//! texts are pairs `key.one` and `key.other`.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use synchronizer_domain::{ErrorCode, Locale};

/// Id of the data block that carries the catalogue to the browser.
pub const DATA_ID: &str = "catalogue";

/// The texts of one language.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Catalogue {
    locale: Locale,
    texts: HashMap<String, String>,
}

/// Access to the texts of the page's language; cheap to copy into closures.
#[derive(Clone, Copy)]
pub struct Texts(StoredValue<Arc<Catalogue>>);

/// Makes a catalogue the one of everything below.
pub fn provide_texts(catalogue: Arc<Catalogue>) -> Texts {
    let texts = Texts(StoredValue::new(catalogue));
    provide_context(texts);
    texts
}

/// The texts of the page's language.
#[must_use]
pub fn use_texts() -> Texts {
    expect_context::<Texts>()
}

impl Texts {
    /// The page's language.
    #[must_use]
    pub fn locale(self) -> Locale {
        self.0.with_value(|catalogue| catalogue.locale)
    }

    /// The text of a key; the key itself where it is missing (a test prevents that).
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.0.with_value(|catalogue| catalogue.get(key))
    }

    /// The text of a key with its placeholders filled.
    #[must_use]
    pub fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.t(key), values)
    }

    /// The text for a number: `key.one` for 1, else `key.other`; `{count}` is the
    /// number, grouped as the language does.
    #[must_use]
    pub fn count(self, key: &str, count: u32, values: &[(&str, &str)]) -> String {
        let form = if count == 1 { "one" } else { "other" };
        let grouped = group(count, self.locale());
        let text = self
            .t(&format!("{key}.{form}"))
            .replace("{count}", &grouped);
        fill(text, values)
    }

    /// The sentence of a refusal.
    #[must_use]
    pub fn error(self, code: &ErrorCode) -> String {
        self.0.with_value(|catalogue| catalogue.error(code))
    }

    /// The whole catalogue as JSON, safe inside a `<script>` data block.
    #[must_use]
    pub fn to_data_block(self) -> String {
        self.0.with_value(|catalogue| {
            serde_json::to_string(&**catalogue)
                .unwrap_or_default()
                .replace("</", "<\\/")
                .replace("<!", "<\\u0021")
        })
    }
}

impl Catalogue {
    fn get(&self, key: &str) -> String {
        self.texts
            .get(key)
            .cloned()
            .unwrap_or_else(|| key.to_owned())
    }

    /// The sentence of a refusal.
    #[must_use]
    pub fn error(&self, code: &ErrorCode) -> String {
        let mut text = self.get(code.key());
        for (name, value) in code.values() {
            let value = if name == "system" {
                self.get(&format!("system.{value}"))
            } else {
                value
            };
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        text
    }

    /// The text of a key, for files.
    #[must_use]
    #[cfg(feature = "ssr")]
    pub fn text(&self, key: &str) -> String {
        self.get(key)
    }

    /// What an action of the audit log is called; its own word where it has no other.
    #[must_use]
    #[cfg(feature = "ssr")]
    pub fn action(&self, action: &str) -> String {
        self.texts
            .get(&format!("audit.{action}"))
            .cloned()
            .unwrap_or_else(|| action.to_owned())
    }

    /// Reads the data block of the page.
    #[must_use]
    #[cfg(not(feature = "hydrate"))]
    pub fn from_data_block(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// Reads the data block of the page with the browser's own reader, which is there
    /// already.
    #[must_use]
    #[cfg(feature = "hydrate")]
    pub fn from_data_block(json: &str) -> Self {
        use js_sys::{Array, JSON, Object, Reflect};

        let field = |name: &str| {
            let block = JSON::parse(json).ok()?;
            Reflect::get(&block, &name.into()).ok()
        };
        let locale = field("locale")
            .and_then(|tag| tag.as_string())
            .and_then(|tag| tag.parse().ok());
        let texts = field("texts")
            .map(|texts| Object::entries(&Object::from(texts)))
            .unwrap_or_default();
        let texts = texts.iter().filter_map(|entry| {
            let entry = Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        });
        Self {
            locale: locale.unwrap_or_default(),
            texts: texts.collect(),
        }
    }
}

fn fill(mut text: String, values: &[(&str, &str)]) -> String {
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// How many there are, as texts count them.
#[must_use]
pub fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A number with its thousands apart: `4,200`, `4 200` or `4.200`.
#[must_use]
pub fn group(number: u32, locale: Locale) -> String {
    let separator = match locale {
        Locale::En => ",",
        Locale::Nl | Locale::Da | Locale::De => ".",
        Locale::Nb | Locale::Sv => "\u{a0}",
    };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(feature = "ssr")]
mod files {
    //! The catalogues inside the server.

    use std::collections::HashMap;
    use std::sync::{Arc, OnceLock};

    use synchronizer_domain::Locale;

    use super::Catalogue;

    macro_rules! files {
        ($locale:literal) => {
            [
                include_str!(concat!("../locales/", $locale, "/shared.json")),
                include_str!(concat!("../locales/", $locale, "/portal.json")),
                include_str!(concat!("../locales/", $locale, "/public.json")),
            ]
        };
    }

    const fn sources(locale: Locale) -> [&'static str; 3] {
        match locale {
            Locale::En => files!("en"),
            Locale::Nl => files!("nl"),
            Locale::Nb => files!("nb"),
            Locale::Sv => files!("sv"),
            Locale::Da => files!("da"),
            Locale::De => files!("de"),
        }
    }

    fn read(locale: Locale, parts: &[usize]) -> Catalogue {
        let mut texts = HashMap::new();
        for part in parts {
            let source = sources(locale).get(*part).copied().unwrap_or("{}");
            texts.extend(
                serde_json::from_str::<HashMap<String, String>>(source).unwrap_or_default(),
            );
        }
        Catalogue { locale, texts }
    }

    type Cache = OnceLock<Vec<(Locale, Arc<Catalogue>)>>;

    fn cached(cache: &'static Cache, locale: Locale, parts: &'static [usize]) -> Arc<Catalogue> {
        cache
            .get_or_init(|| {
                Locale::ALL
                    .into_iter()
                    .map(|each| (each, Arc::new(read(each, parts))))
                    .collect()
            })
            .iter()
            .find(|(each, _)| *each == locale)
            .map(|(_, catalogue)| Arc::clone(catalogue))
            .unwrap_or_default()
    }

    /// Texts of the signed-in portal; these travel to the browser.
    #[must_use]
    pub fn portal(locale: Locale) -> Arc<Catalogue> {
        static CACHE: Cache = OnceLock::new();
        cached(&CACHE, locale, &[0, 1])
    }

    /// Texts of the public pages; these stay on the server.
    #[must_use]
    pub fn public(locale: Locale) -> Arc<Catalogue> {
        static CACHE: Cache = OnceLock::new();
        cached(&CACHE, locale, &[0, 2])
    }

    #[cfg(test)]
    mod tests {
        use std::collections::{BTreeMap, BTreeSet};

        use synchronizer_domain::link::{Cause, LinkState};
        use synchronizer_domain::profile::CalendarSystem;

        use super::*;

        fn file(locale: Locale, part: usize) -> BTreeMap<String, String> {
            serde_json::from_str(sources(locale)[part]).unwrap()
        }

        fn placeholders(text: &str) -> BTreeSet<String> {
            text.split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect()
        }

        #[test]
        fn every_language_has_the_same_keys_and_placeholders() {
            for part in 0..3 {
                let english = file(Locale::En, part);
                for locale in Locale::ALL {
                    let other = file(locale, part);
                    let keys = |map: &BTreeMap<String, String>| {
                        map.keys().cloned().collect::<BTreeSet<_>>()
                    };
                    assert_eq!(keys(&english), keys(&other), "{locale} {part}");
                    for (key, text) in &english {
                        assert_eq!(
                            placeholders(text),
                            placeholders(&other[key]),
                            "{locale} {key}"
                        );
                        assert!(!other[key].trim().is_empty(), "{locale} {key}");
                    }
                }
            }
        }

        #[test]
        fn every_state_cause_and_system_has_its_texts() {
            let shared = file(Locale::En, 0);
            let mut wanted = Vec::new();
            wanted.extend(LinkState::ALL.iter().map(|s| format!("state.{}", s.word())));
            for cause in Cause::ALL {
                wanted.push(format!("cause.{}.title", cause.word()));
                wanted.push(format!("cause.{}.remedy", cause.word()));
            }
            wanted.extend(
                CalendarSystem::ALL
                    .iter()
                    .map(|s| format!("system.{}", s.word())),
            );
            wanted.push("system.superoffice".to_owned());
            for key in wanted {
                assert!(shared.contains_key(&key), "{key}");
            }
        }
    }
}

#[cfg(feature = "ssr")]
pub use files::{portal, public};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(group(4_200, Locale::En), "4,200");
        assert_eq!(group(1_234_567, Locale::De), "1.234.567");
        assert_eq!(group(999, Locale::Nb), "999");
    }
}
