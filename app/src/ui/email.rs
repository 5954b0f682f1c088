//! E-mail addresses that may break after their `@` and nowhere inside a word.

use leptos::prelude::*;

/// An address, or what is said instead of one.
#[component]
pub fn Email(
    /// The address; may be empty.
    address: String,
    /// What stands there without an address.
    #[prop(into, optional)]
    none: String,
) -> impl IntoView {
    match address.split_once('@') {
        Some((local, domain)) => {
            let (local, domain) = (format!("{local}@"), domain.to_owned());
            view! {
                <span>{local}<wbr />{domain}</span>
            }
            .into_any()
        }
        None if address.is_empty() => view! { <span>{none}</span> }.into_any(),
        None => view! { <span>{address}</span> }.into_any(),
    }
}
