//! Primitives of the pages: small components and the pure logic behind them.

pub mod icon;

mod alert;
mod button;
mod copy_field;
mod disclosure;
mod dynamic;
mod email;
mod field;
mod state;
mod table;
mod toast;
mod when;

pub use alert::{ActionAlert, Refusal};
pub use button::{Busy, SendButton};
pub use copy_field::CopyField;
pub use disclosure::{close_disclosures_on_escape, close_popover};
pub use dynamic::{dynamic, optional, text, when};
pub use email::Email;
pub use field::{
    FieldErrors, TextField, catch_focus, field_errors, focus, focus_first_error, inside_textarea,
    invalid,
};
pub use state::{state_icon, state_key, system_icon, system_key};
pub use table::{TickAll, column};
pub use toast::{Toaster, Toasts, Undo};
pub use when::{Now, When, WhenText};
