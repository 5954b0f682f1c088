//! Why some of a selection were refused.

use leptos::prelude::*;
use synchronizer_domain::ErrorCode;

use super::actions::RowActions;
use crate::i18n::use_texts;
use crate::ui::icon::{Icon, IconName};
use crate::ui::optional;

/// Different reasons that are shown; each names a person, or stands once for many.
const SHOWN: usize = 20;

/// The reasons for a selection's refusals, each once with its number.
#[component]
pub fn Refusals(
    /// The table's actions.
    actions: RowActions,
) -> impl IntoView {
    let texts = use_texts();
    optional(move || {
        let reasons = actions.refused.with(|refused| reasons(refused));
        (!reasons.is_empty()).then(|| {
            let sentences = reasons
                .iter()
                .take(SHOWN)
                .map(|(code, count)| {
                    let sentence = texts.error(code);
                    let sentence = match count {
                        1 => sentence,
                        count => texts.count(
                            "portal.bulk.refused_same",
                            *count,
                            &[("sentence", &sentence)],
                        ),
                    };
                    view! { <li>{sentence}</li> }.into_any()
                })
                .collect_view();
            let more: u32 = reasons.iter().skip(SHOWN).map(|(_, count)| count).sum();
            let more = (more > 0).then(|| {
                let sentence = texts.count("portal.bulk.refused_more", more, &[]);
                view! { <li>{sentence}</li> }.into_any()
            });
            view! {
                <div class="alert alert--err" role="alert">
                    <Icon name=IconName::Stop />
                    <ul>{sentences} {more}</ul>
                </div>
            }
            .into_any()
        })
    })
}

/// Each reason once, in the order of their first occurrence.
fn reasons(refused: &[ErrorCode]) -> Vec<(ErrorCode, u32)> {
    let mut found: Vec<(ErrorCode, u32)> = Vec::new();
    for code in refused {
        match found.iter_mut().find(|(other, _)| other == code) {
            Some((_, count)) => *count += 1,
            None => found.push((code.clone(), 1)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_reason_stands_once() {
        let named = |name: &str| ErrorCode::NoEmail {
            name: name.to_owned(),
        };
        let refused = [
            ErrorCode::ProfileDisabled,
            named("Zoë"),
            ErrorCode::ProfileDisabled,
            named("Renée"),
        ];
        assert_eq!(
            reasons(&refused),
            [
                (ErrorCode::ProfileDisabled, 2),
                (named("Zoë"), 1),
                (named("Renée"), 1)
            ]
        );
    }
}
