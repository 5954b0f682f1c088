//! Large selections are worked off in parts, so that one sees how far it is and can stop.

use leptos::prelude::*;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkAction;

use crate::AppError;
use crate::api::{act_on_links, resend_invitation};

/// Links that are asked for at once.
pub const PART: usize = 500;

/// How far the present action is, and whether somebody wants it to end.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Links that were answered for.
    pub settled: RwSignal<usize>,
    /// No further part is begun.
    pub stop: RwSignal<bool>,
}

impl Progress {
    /// Nothing is begun.
    pub fn new() -> Self {
        Self {
            settled: RwSignal::new(0),
            stop: RwSignal::new(false),
        }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Acted {
    /// For the parts that were answered.
    pub report: ActReport,
    /// Those that were not asked for because a part failed.
    pub rest: Vec<(LinkId, String)>,
    /// Why it failed.
    pub error: Option<AppError>,
}

/// Does something for one link or many. `typed` confirms a permanent deletion, which is asked
/// for as a whole because its number was typed.
pub async fn act(
    action: LinkAction,
    links: Vec<(LinkId, String)>,
    typed: String,
    progress: Progress,
) -> Acted {
    progress.settled.set(0);
    progress.stop.set(false);
    // One person's refusal is a sentence of its own.
    if let ([(id, _)], LinkAction::Resend) = (links.as_slice(), action) {
        let done = resend_invitation(*id).await.map(|()| vec![*id]);
        return match done {
            Ok(done) => Acted {
                report: ActReport {
                    done,
                    ..ActReport::default()
                },
                ..Acted::default()
            },
            Err(error) => Acted {
                rest: links,
                error: Some(error),
                ..Acted::default()
            },
        };
    }
    let size = match action {
        LinkAction::Erase => links.len().max(1),
        _ => PART,
    };
    let mut acted = Acted::default();
    let mut settled = 0;
    for part in links.chunks(size) {
        // The page may be left by now; what was begun there goes on.
        if progress.stop.try_get_untracked() == Some(true) {
            break;
        }
        let ids = part.iter().map(|(id, _)| *id).collect();
        match act_on_links(action, ids, typed.clone()).await {
            Ok(mut report) => {
                acted.report.done.append(&mut report.done);
                acted.report.refused.append(&mut report.refused);
                acted.report.skipped += report.skipped;
            }
            Err(error) => {
                acted.error = Some(error);
                acted.rest = links.iter().skip(settled).cloned().collect();
                break;
            }
        }
        settled += part.len();
        progress.settled.set(settled);
    }
    acted
}
