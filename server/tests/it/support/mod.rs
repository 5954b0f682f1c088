//! What the stories share.

mod api;
mod app;
mod balancer;
mod caldav;
mod companies;
mod database;
mod exchange;
mod google;
mod hunt;
mod keeper;
mod knife;
mod node_peer;
mod people;
mod process;
mod story;
mod stream;

pub use api::{Answer, Api, person};
pub use app::{TestApp, TestOptions, invitation_in};
pub use balancer::Balancer;
pub use caldav::{CaldavStory, PASSWORD, make_calendar, radicale};
pub use companies::Callers;
pub use database::Database;
pub use exchange::{ExchangeStory, SERVICE, find, save_exchange, searching, tested};
pub use google::{
    BOXES, at_google, google_profile, google_story, google_story_of, linked, linked_with,
};
pub use hunt::{Hunt, basic};
pub use keeper::{DAY, HOUR};
pub use knife::{AHEAD, MOMENT, raise_knife};
pub use node_peer::NodePeer;
pub use people::*;
pub use process::{Process, environment};
pub use story::{Story, grants, microsoft_profile, microsoft_profile_of, says};
pub use stream::Stream;
