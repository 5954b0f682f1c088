//! Icons: neutral line glyphs on a 16 px grid, drawn in the colour of the text.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    /// Two overlapping squares, the brand.
    Logo,
    /// Opens something below.
    Down,
    /// Between breadcrumbs.
    Right,
    /// Back.
    Left,
    /// New.
    Plus,
    /// Somebody must act.
    Alert,
    /// People.
    Users,
    /// A mail.
    Mail,
    /// A calendar with a cloud.
    Microsoft365,
    /// A calendar with a tick.
    Google,
    /// A calendar with angle brackets.
    Exchange,
    Caldav,
    /// A card with a person.
    Crm,
    /// A ringed check.
    Ok,
    /// A dashed clock: a first run.
    Ring,
    /// A half-filled circle: one of two.
    Half,
    /// Ringed bars.
    Pause,
    /// A chain.
    Link,
    /// Three dots.
    More,
    /// A sign-in.
    Key,
    /// A bin.
    Trash,
    /// A bare check.
    Check,
    /// Read anew.
    Refresh,
    /// Later.
    Clock,
    /// Copy.
    Copy,
    /// Search.
    Search,
    /// Arrows in both directions.
    Swap,
    /// In which order.
    Sort,
    /// Take back.
    Undo,
    /// Refused.
    Stop,
    /// Close.
    X,
    /// A remark.
    Info,
    /// Goes on.
    Arrow,
    /// Languages.
    Globe,
    /// Private.
    Lock,
    /// Another text.
    Pencil,
}

impl IconName {
    const fn shapes(self) -> &'static str {
        match self {
            Self::Logo => {
                r#"<rect x="1.75" y="1.75" width="9" height="9" rx="2.5"/><rect x="5.25" y="5.25" width="9" height="9" rx="2.5" fill="currentColor" fill-opacity=".22"/>"#
            }
            Self::Down => r#"<path d="m4 6 4 4 4-4"/>"#,
            Self::Right => r#"<path d="m6 4 4 4-4 4"/>"#,
            Self::Left => r#"<path d="m10 4-4 4 4 4"/>"#,
            Self::Plus => r#"<path d="M8 3v10M3 8h10"/>"#,
            Self::Alert => {
                r#"<path d="M7.1 2.6 1.6 12a1.05 1.05 0 0 0 .9 1.6h11a1.05 1.05 0 0 0 .9-1.6L8.9 2.6a1.05 1.05 0 0 0-1.8 0Z"/><path d="M8 6.25v3M8 11.4v.1"/>"#
            }
            Self::Users => {
                r#"<circle cx="6" cy="5.5" r="2.4"/><path d="M1.5 13c.3-2.3 2.1-3.7 4.5-3.7s4.2 1.4 4.5 3.7M10.5 3.3a2.4 2.4 0 0 1 0 4.4M12.3 9.9c1.2.5 2 1.6 2.2 3.1"/>"#
            }
            Self::Mail => {
                r#"<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.75"/><path d="m2.25 4.5 5.75 4.25 5.75-4.25"/>"#
            }
            Self::Microsoft365 => {
                r#"<rect x="1.75" y="2.75" width="12.5" height="11.5" rx="2"/><path d="M1.75 6.25h12.5M5 1.5v2.25M11 1.5v2.25"/><path d="M6 11.75a1.4 1.4 0 0 1 .2-2.75 2.1 2.1 0 0 1 3.9.6 1.1 1.1 0 0 1 0 2.15z"/>"#
            }
            Self::Google => {
                r#"<rect x="1.75" y="2.75" width="12.5" height="11.5" rx="2"/><path d="M1.75 6.25h12.5M5 1.5v2.25M11 1.5v2.25"/><path d="m5.5 10.25 1.75 1.75 3.25-3.5"/>"#
            }
            Self::Exchange => {
                r#"<rect x="1.75" y="2.75" width="12.5" height="11.5" rx="2"/><path d="M1.75 6.25h12.5M5 1.5v2.25M11 1.5v2.25"/><path d="M10 8.5H6.25v4H10M6.25 10.5h3"/>"#
            }
            Self::Caldav => {
                r#"<rect x="1.75" y="2.75" width="12.5" height="11.5" rx="2"/><path d="M1.75 6.25h12.5M5 1.5v2.25M11 1.5v2.25"/><path d="m6.5 8.75-1.5 1.5 1.5 1.5M9.5 8.75l1.5 1.5-1.5 1.5"/>"#
            }
            Self::Crm => {
                r#"<rect x="1.75" y="2.75" width="12.5" height="10.5" rx="2"/><circle cx="5.75" cy="7" r="1.5"/><path d="M3.5 10.9c.2-1.1 1.1-1.7 2.25-1.7S7.8 9.8 8 10.9M10 6.5h2.25M10 9h2.25"/>"#
            }
            Self::Ok => r#"<circle cx="8" cy="8" r="6.25"/><path d="m5.25 8.25 1.9 1.9 3.6-4"/>"#,
            Self::Ring => {
                r#"<circle cx="8" cy="8" r="6.25" stroke-dasharray="2.6 2.3"/><path d="M8 5v3l2 1.2"/>"#
            }
            Self::Half => {
                r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 1.75a6.25 6.25 0 0 1 0 12.5z" fill="currentColor" stroke="none"/>"#
            }
            Self::Pause => r#"<circle cx="8" cy="8" r="6.25"/><path d="M6.5 6v4M9.5 6v4"/>"#,
            Self::Link => {
                r#"<path d="M6.75 9.25a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.7.7M9.25 6.75a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.7-.7"/>"#
            }
            Self::More => r#"<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2.25"/>"#,
            Self::Key => {
                r#"<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6-6M11 5l2 2M9 7l1.5 1.5"/>"#
            }
            Self::Trash => {
                r#"<path d="M2.5 4.25h11M6 4V2.5h4V4M4 4.5l.6 8.2c.05.5.4.8.9.8h5c.5 0 .85-.3.9-.8l.6-8.2M6.75 7v4M9.25 7v4"/>"#
            }
            Self::Check => r#"<path d="m3 8.5 3.2 3.2L13 5"/>"#,
            Self::Refresh => {
                r#"<path d="M13.5 8a5.5 5.5 0 1 1-1.6-3.9"/><path d="M13.6 1.9v2.6H11"/>"#
            }
            Self::Clock => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.25 1.5"/>"#,
            Self::Copy => {
                r#"<rect x="5.25" y="5.25" width="8.5" height="8.5" rx="1.75"/><path d="M10.5 2.75a1.5 1.5 0 0 0-1-.5h-5.75a1.5 1.5 0 0 0-1.5 1.5V9.5c0 .4.2.75.5 1"/>"#
            }
            Self::Search => r#"<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>"#,
            Self::Swap => r#"<path d="M2.5 5.5h10m-2.5-3 3 3-3 3M13.5 10.5h-10m2.5-3-3 3 3 3"/>"#,
            Self::Sort => {
                r#"<path d="M4.5 3v10M2.25 10.75 4.5 13l2.25-2.25M9 4h4.75M9 8h3.5M9 12h2.25"/>"#
            }
            Self::Undo => r#"<path d="M5.5 3 2.5 6l3 3"/><path d="M2.75 6H9.5a4 4 0 0 1 0 8H6"/>"#,
            Self::Stop => {
                r#"<path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z"/><path d="M8 4.75v3.75M8 11v.1"/>"#
            }
            Self::X => r#"<path d="m4 4 8 8M12 4l-8 8"/>"#,
            Self::Info => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v3.5M8 5v.1"/>"#,
            Self::Arrow => r#"<path d="M2.5 8h11M9.5 4l4 4-4 4"/>"#,
            Self::Globe => {
                r#"<circle cx="8" cy="8" r="6.25"/><path d="M1.9 8h12.2M8 1.75c1.8 1.7 2.6 3.8 2.6 6.25S9.8 12.55 8 14.25C6.2 12.55 5.4 10.45 5.4 8S6.2 3.45 8 1.75Z"/>"#
            }
            Self::Lock => {
                r#"<rect x="3" y="7" width="10" height="6.75" rx="1.5"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>"#
            }
            Self::Pencil => {
                r#"<path d="m10.75 2.75 2.5 2.5-7.5 7.5-3.25.75.75-3.25ZM9.25 4.25l2.5 2.5"/>"#
            }
        }
    }
}

/// An icon; decoration only, the word stands beside it.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! { <svg class="i" aria-hidden="true" viewBox="0 0 16 16" inner_html=name.shapes()></svg> }
}
