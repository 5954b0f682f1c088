//! No such page.

use leptos::prelude::*;

use crate::AppError;
use crate::ui::Refusal;

/// Says so, with the status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <Refusal error=AppError::not_found() /> }
}
