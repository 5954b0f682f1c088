//! What a connection test says: what was tried, what answered, what to do.

use leptos::prelude::*;
use synchronizer_domain::connection::{Check, CheckKind, CheckOutcome, ConnectionReport};

use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::{WhenText, dynamic};

/// Longest technical answer that is shown, in characters.
const MAX_ANSWER: usize = 200;

/// The lines of a test; announced when they arrive.
#[component]
pub fn Report(
    /// The test, once there is one.
    report: Signal<Option<ConnectionReport>>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="stack stack--2" aria-live="polite">
            {dynamic(move || match report.get() {
                Some(report) => {
                    let verdict = if report.passed() { "portal.systems.passed" } else { "portal.systems.failed" };
                    view! {
                        <p class="small">
                            <strong>{texts.t(verdict)}</strong>
                            " "
                            <span class="meta">
                                <WhenText text=texts.t("portal.systems.tested") at=report.at />
                            </span>
                        </p>
                        <ul class="tests">
                            {report.checks.into_iter().map(|check| view! { <Line check /> }.into_any()).collect_view()}
                        </ul>
                    }
                        .into_any()
                }
                None => view! { <p class="small muted">{texts.t("portal.systems.untested")}</p> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn Line(check: Check) -> impl IntoView {
    let texts = use_texts();
    let kind = check.kind.word();
    let (class, icon, title, text, answer) = match check.outcome {
        CheckOutcome::Ok { detail, count } => {
            let counted = count.map(|count| texts.count("check.count", count, &[]));
            let text = [counted.unwrap_or_default(), detail]
                .join(" ")
                .trim()
                .to_owned();
            (
                "ok",
                IconName::Ok,
                format!("check.{kind}"),
                text,
                String::new(),
            )
        }
        CheckOutcome::Failed { reason, answer } => (
            "no",
            IconName::Stop,
            format!("check.{kind}.failed"),
            texts.error(&reason),
            answer,
        ),
        CheckOutcome::NotTried => (
            "skip-t",
            IconName::Clock,
            format!("check.{kind}"),
            texts.t(if check.kind == CheckKind::CalendarWritable {
                "check.later.agreed"
            } else {
                "check.later"
            }),
            String::new(),
        ),
    };
    let tried = class != "skip-t";
    let answer: String = answer.chars().take(MAX_ANSWER).collect();
    view! {
        <li class=class>
            <Icon name=icon />
            <div>
                <b>{texts.t(&title)}</b>
                {(!text.is_empty()).then(|| view! { <p>{text}</p> }.into_any())}
                {(!answer.is_empty()).then(|| view! { <p class="answer">{answer}</p> }.into_any())}
            </div>
            <span class="meta num">{tried.then(|| format!("{} ms", check.millis))}</span>
        </li>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use synchronizer_domain::{ErrorCode, Timestamp};

    use super::*;

    #[test]
    fn the_answer_of_a_system_is_only_text() {
        let hostile = format!("<img src=x onerror=alert(1)>\"'&{}", "x".repeat(1 << 20));
        let outcomes = [
            CheckOutcome::Failed {
                reason: ErrorCode::AddressForbidden,
                answer: hostile.clone(),
            },
            CheckOutcome::Ok {
                detail: hostile.chars().take(200).collect(),
                count: None,
            },
        ];
        for outcome in outcomes {
            let check = Check {
                kind: CheckKind::ServerReached,
                outcome,
                millis: 7,
            };
            let html = Owner::new().with(|| {
                crate::i18n::provide_texts(crate::i18n::portal(synchronizer_domain::Locale::En));
                let report = ConnectionReport {
                    at: Timestamp::from_secs(0),
                    checks: vec![check],
                };
                view! { <Report report=Signal::stored(Some(report)) /> }.to_html()
            });
            assert!(!html.contains("<img"), "{html}");
            assert!(
                html.contains("&lt;img src=x onerror=alert(1)&gt;"),
                "{html}"
            );
            assert!(html.len() < 4_000, "{} bytes", html.len());
        }
    }
}
