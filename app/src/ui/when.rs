//! Times. The server writes them in UTC; the browser refines them to the reader's zone
//! after hydration, so that both render the same markup first.

use leptos::prelude::*;
use synchronizer_domain::Timestamp;

use crate::i18n::{Texts, use_texts};

/// The browser's clock in milliseconds since 1970, moved on twice a minute; none on the
/// server and before hydration.
#[derive(Clone, Copy)]
pub struct Now(RwSignal<Option<f64>>);

impl Now {
    /// Provides the clock to everything below.
    pub fn provide() {
        let now = Self(RwSignal::new(None));
        provide_context(now);
        #[cfg(feature = "hydrate")]
        crate::taken_over::TakenOver::then(move || {
            let tick = move || now.0.set(Some(js_sys::Date::now()));
            tick();
            _ = set_interval_with_handle(tick, std::time::Duration::from_secs(30));
        });
    }
}

/// A moment, as `<time>`.
#[component]
pub fn When(
    /// The moment.
    at: Timestamp,
    /// It stands inside a sentence; alone it begins with a capital.
    #[prop(optional)]
    inside: bool,
    /// By the clock, also when it is near.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let texts = use_texts();
    let now = use_context::<Now>();
    let text = super::text(move || match now.and_then(|now| now.0.get()) {
        Some(now) if inside => local((at, exact), now, texts),
        Some(now) => capital(&local((at, exact), now, texts)),
        None => utc(at),
    });
    view! { <time datetime=at.to_rfc3339()>{text}</time> }
}

/// A sentence with a moment in place of its `{when}`.
#[component]
pub fn WhenText(
    /// The sentence.
    text: String,
    /// The moment.
    at: Timestamp,
    /// By the clock, also when it is near.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let (before, after) = match text.split_once("{when}") {
        Some((before, after)) => (before.to_owned(), after.to_owned()),
        None => (text, String::new()),
    };
    let inside = !before.is_empty();
    view! {
        <span>{before} <When at inside exact />{after}</span>
    }
}

/// A text that begins with a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

/// Date and time in UTC, to the minute.
fn utc(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let date = text.get(..10).unwrap_or_default();
    let time = text.get(11..16).unwrap_or_default();
    format!("{date} {time} UTC")
}

/// How a moment is told, seen from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg(any(feature = "hydrate", test))]
enum Told {
    JustNow,
    MinutesAgo(u32),
    Today,
    Yesterday,
    ThisWeek,
    Date,
}

/// Decides from the age in milliseconds and the number of midnights between.
#[cfg(any(feature = "hydrate", test))]
fn told(age_ms: f64, midnights: i64) -> Told {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 59"
    )]
    let minutes = (age_ms / 60_000.0).clamp(0.0, 3_600.0) as u32;
    match midnights {
        // The clock moves on twice a minute, and two machines never agree to the second.
        _ if (-90_000.0..60_000.0).contains(&age_ms) => Told::JustNow,
        _ if age_ms >= 0.0 && minutes < 60 => Told::MinutesAgo(minutes),
        0 => Told::Today,
        1 => Told::Yesterday,
        2..=6 => Told::ThisWeek,
        _ => Told::Date,
    }
}

#[cfg(not(feature = "hydrate"))]
fn local((at, _): (Timestamp, bool), _: f64, _: Texts) -> String {
    utc(at)
}

#[cfg(feature = "hydrate")]
fn local((at, exact): (Timestamp, bool), now: f64, texts: Texts) -> String {
    use js_sys::{Date, Object, Reflect};
    use wasm_bindgen::JsValue;

    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of our times fit into 53 bits"
    )]
    let millis = at.as_micros() as f64 / 1_000.0;
    let (then, today) = (
        Date::new(&JsValue::from_f64(millis)),
        Date::new(&JsValue::from_f64(now)),
    );
    let midnight = |date: &Date| {
        let day =
            Date::new_with_year_month_day(date.get_full_year(), date.get_month().cast_signed(), 1);
        day.set_date(date.get_date());
        day.get_time()
    };
    #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
    let midnights = ((midnight(&today) - midnight(&then)) / 86_400_000.0).round() as i64;
    let show = |wanted: &[(&str, &str)]| {
        let options = Object::new();
        for (name, value) in wanted {
            _ = Reflect::set(
                &options,
                &JsValue::from_str(name),
                &JsValue::from_str(value),
            );
        }
        // The texts are written for Europe: day before month.
        let tag = match texts.locale().tag() {
            "en" => "en-GB",
            other => other,
        };
        String::from(then.to_locale_string(tag, &options))
    };
    let time = show(&[
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ]);
    match told(now - millis, midnights) {
        Told::JustNow | Told::MinutesAgo(_) if exact => time,
        Told::JustNow => texts.t("portal.when.now"),
        Told::MinutesAgo(minutes) => texts.count("portal.when.minutes", minutes, &[]),
        Told::Today => time,
        Told::Yesterday => texts.with("portal.when.yesterday", &[("time", &time)]),
        Told::ThisWeek => {
            let day = show(&[("weekday", "short"), ("day", "numeric"), ("month", "short")]);
            format!("{day}, {time}")
        }
        Told::Date if midnights < 0 => {
            let day = show(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]);
            format!("{day}, {time}")
        }
        Told::Date => show(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_relative_only_under_an_hour() {
        const HOUR: f64 = 3_600_000.0;
        for (age, midnights, expected) in [
            (5_000.0, 0, Told::JustNow),
            (-25_000.0, 0, Told::JustNow),
            (240_000.0, 0, Told::MinutesAgo(4)),
            (240_000.0, 1, Told::MinutesAgo(4)),
            (2.0 * HOUR, 0, Told::Today),
            (2.0 * HOUR, 1, Told::Yesterday),
            (70.0 * HOUR, 3, Told::ThisWeek),
            (300.0 * HOUR, 12, Told::Date),
            (-HOUR, 0, Told::Today),
            (-50.0 * HOUR, -2, Told::Date),
        ] {
            assert_eq!(told(age, midnights), expected, "{age} {midnights}");
        }
    }

    #[test]
    fn a_moment_alone_begins_with_a_capital() {
        for (text, expected) in [
            ("just now", "Just now"),
            ("i går, 12:00", "I går, 12:00"),
            ("övermorgon", "Övermorgon"),
            ("12 min ago", "12 min ago"),
            ("", ""),
        ] {
            assert_eq!(capital(text), expected);
        }
    }

    #[test]
    fn the_server_writes_utc_sc_91() {
        assert_eq!(
            utc(Timestamp::from_secs(1_795_453_129)),
            "2026-11-23 16:58 UTC"
        );
    }
}
