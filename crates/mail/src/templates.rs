//! The embedded templates and the engine that fills them.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use synchronizer_domain::alarm::Alarm;
use synchronizer_domain::{Locale, Timestamp};

use crate::alarm;
use crate::dates::Dates;
use crate::error::MailError;
use crate::invitation::{self, InvitationMail, Rendered};
use crate::reactivation::{self, ReactivationMail};

macro_rules! embedded {
    ($($path:literal,)*) => {
        /// Every template, by its path below `templates/`.
        const SOURCES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../templates/", $path)))),*];
    };
}

embedded! {
    "layout/alarm.html",
    "layout/base.html",
    "layout/invitation.html",
    "layout/reactivation.html",
    "da/alarm/subject.txt",
    "da/alarm/what.txt",
    "da/alarm/meaning.txt",
    "da/alarm/todo.txt",
    "da/alarm/body.txt",
    "da/alarm/body.html",
    "da/invitation/subject.txt",
    "da/invitation/body.txt",
    "da/invitation/body.html",
    "da/reactivation/subject.txt",
    "da/reactivation/where.txt",
    "da/reactivation/body.txt",
    "da/reactivation/body.html",
    "de/alarm/subject.txt",
    "de/alarm/what.txt",
    "de/alarm/meaning.txt",
    "de/alarm/todo.txt",
    "de/alarm/body.txt",
    "de/alarm/body.html",
    "de/invitation/subject.txt",
    "de/invitation/body.txt",
    "de/invitation/body.html",
    "de/reactivation/subject.txt",
    "de/reactivation/where.txt",
    "de/reactivation/body.txt",
    "de/reactivation/body.html",
    "en/alarm/subject.txt",
    "en/alarm/what.txt",
    "en/alarm/meaning.txt",
    "en/alarm/todo.txt",
    "en/alarm/body.txt",
    "en/alarm/body.html",
    "en/invitation/subject.txt",
    "en/invitation/body.txt",
    "en/invitation/body.html",
    "en/reactivation/subject.txt",
    "en/reactivation/where.txt",
    "en/reactivation/body.txt",
    "en/reactivation/body.html",
    "nb/alarm/subject.txt",
    "nb/alarm/what.txt",
    "nb/alarm/meaning.txt",
    "nb/alarm/todo.txt",
    "nb/alarm/body.txt",
    "nb/alarm/body.html",
    "nb/invitation/subject.txt",
    "nb/invitation/body.txt",
    "nb/invitation/body.html",
    "nb/reactivation/subject.txt",
    "nb/reactivation/where.txt",
    "nb/reactivation/body.txt",
    "nb/reactivation/body.html",
    "nl/alarm/subject.txt",
    "nl/alarm/what.txt",
    "nl/alarm/meaning.txt",
    "nl/alarm/todo.txt",
    "nl/alarm/body.txt",
    "nl/alarm/body.html",
    "nl/invitation/subject.txt",
    "nl/invitation/body.txt",
    "nl/invitation/body.html",
    "nl/reactivation/subject.txt",
    "nl/reactivation/where.txt",
    "nl/reactivation/body.txt",
    "nl/reactivation/body.html",
    "sv/alarm/subject.txt",
    "sv/alarm/what.txt",
    "sv/alarm/meaning.txt",
    "sv/alarm/todo.txt",
    "sv/alarm/body.txt",
    "sv/alarm/body.html",
    "sv/invitation/subject.txt",
    "sv/invitation/body.txt",
    "sv/invitation/body.html",
    "sv/reactivation/subject.txt",
    "sv/reactivation/where.txt",
    "sv/reactivation/body.txt",
    "sv/reactivation/body.html",
}

/// The texts of all mails in all languages, compiled once.
pub struct Templates {
    engine: Environment<'static>,
    dates: Dates,
}

impl Templates {
    /// Compiles the embedded templates.
    ///
    /// # Errors
    /// [`MailError::Template`] or [`MailError::Dates`] when an embedded file is broken.
    pub fn new() -> Result<Self, MailError> {
        let mut engine = Environment::new();
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_keep_trailing_newline(true);
        // Debug output of the engine quotes values, and one of them is a secret.
        engine.set_debug(false);
        engine.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        for (name, source) in SOURCES {
            engine
                .add_template(name, source)
                .map_err(|error| unusable(name, &error))?;
        }
        Ok(Self {
            engine,
            dates: Dates::new()?,
        })
    }

    /// The mail that asks a linked person to activate.
    ///
    /// # Errors
    /// [`MailError::Url`] when the address holds characters that a client could change,
    /// [`MailError::Template`] when a template asks for something that does not exist.
    pub fn invitation(&self, locale: Locale, mail: &InvitationMail) -> Result<Rendered, MailError> {
        invitation::render(self, locale, mail)
    }

    /// The mail that asks a person to sign in again.
    ///
    /// # Errors
    /// As [`Self::invitation`].
    pub fn reactivation(
        &self,
        locale: Locale,
        mail: &ReactivationMail,
    ) -> Result<Rendered, MailError> {
        reactivation::render(self, locale, mail)
    }

    /// The mail that tells whoever runs the installation, at this address, of an alarm.
    ///
    /// # Errors
    /// [`MailError::Template`] when a template asks for something that does not exist.
    pub fn alarm(
        &self,
        locale: Locale,
        alarm: &Alarm,
        portal: &str,
    ) -> Result<Rendered, MailError> {
        alarm::render(self, locale, (alarm, portal))
    }

    pub(crate) fn fill(
        &self,
        locale: Locale,
        file: &str,
        context: &Value,
    ) -> Result<String, MailError> {
        let name = format!("{}/{file}", locale.tag());
        self.engine
            .get_template(&name)
            .and_then(|template| template.render(context))
            .map_err(|error| unusable(&name, &error))
    }

    pub(crate) fn date(&self, locale: Locale, at: Timestamp) -> String {
        self.dates.write(locale, at)
    }

    #[cfg(test)]
    pub(crate) const fn engine(&self) -> &Environment<'static> {
        &self.engine
    }
}

/// Kind and line only: details of the engine may quote values.
fn unusable(name: &str, error: &minijinja::Error) -> MailError {
    MailError::Template {
        name: name.to_owned(),
        reason: match error.line() {
            Some(line) => format!("{} in line {line}", error.kind()),
            None => error.kind().to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::path::Path;

    use super::*;

    const FILES: [&str; 13] = [
        "alarm/subject.txt",
        "alarm/what.txt",
        "alarm/meaning.txt",
        "alarm/todo.txt",
        "alarm/body.txt",
        "alarm/body.html",
        "invitation/subject.txt",
        "invitation/body.txt",
        "invitation/body.html",
        "reactivation/subject.txt",
        "reactivation/where.txt",
        "reactivation/body.txt",
        "reactivation/body.html",
    ];
    const KINDS: [&str; 3] = ["alarm", "invitation", "reactivation"];

    fn blocks(source: &str) -> Vec<String> {
        source
            .split("{% block ")
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    }

    fn source(name: &str) -> &'static str {
        SOURCES
            .iter()
            .find(|(path, _)| *path == name)
            .map(|(_, source)| *source)
            .unwrap()
    }

    #[test]
    fn every_language_asks_for_the_same_values() {
        let templates = Templates::new().unwrap();
        let asked = |locale: Locale, file: &str| -> HashSet<String> {
            templates
                .engine()
                .get_template(&format!("{}/{file}", locale.tag()))
                .unwrap()
                .undeclared_variables(true)
        };
        for file in FILES {
            let expected = asked(Locale::En, file);
            assert!(!expected.is_empty(), "{file}");
            for locale in Locale::ALL {
                assert_eq!(asked(locale, file), expected, "{locale} {file}");
            }
        }
    }

    #[test]
    fn every_language_has_every_text_of_the_layout_once() {
        for kind in KINDS {
            let mut expected: Vec<_> = ["layout/base.html", &format!("layout/{kind}.html")]
                .iter()
                .flat_map(|name| blocks(source(name)))
                .filter(|name| !matches!(name.as_str(), "main" | "footer"))
                .collect();
            expected.sort();
            for locale in Locale::ALL {
                let mut texts = blocks(source(&format!("{}/{kind}/body.html", locale.tag())));
                texts.sort();
                assert_eq!(texts, expected, "{locale} {kind}");
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_embedded_and_nothing_is_missing() {
        fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(root, &path, found);
                } else if path.file_name().unwrap() != "dates.json" {
                    let below = path.strip_prefix(root).unwrap();
                    found.insert(below.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = BTreeSet::new();
        collect(&root, &root, &mut found);
        let embedded: BTreeSet<_> = SOURCES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(found, embedded);
        assert_eq!(
            embedded.len(),
            1 + KINDS.len() + Locale::ALL.len() * FILES.len()
        );
    }

    #[test]
    fn a_missing_value_is_an_error_that_names_only_the_place() {
        let templates = Templates::new().unwrap();
        let context = minijinja::context! { tenant_name => "Secret name" };
        let error = templates
            .fill(Locale::En, "invitation/body.txt", &context)
            .unwrap_err()
            .to_string();
        assert!(error.contains("en/invitation/body.txt"), "{error}");
        assert!(!error.contains("Secret name"), "{error}");
    }
}
