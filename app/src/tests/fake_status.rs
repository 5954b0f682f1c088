//! Tables of the fakes' links.

use async_trait::async_trait;
use synchronizer_domain::Timestamp;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::notice::{Notice, NoticeKind, Notices};
use synchronizer_domain::session::Actor;
use synchronizer_domain::status::{LINKS_PAGE, LinksQuery, LinksView, Picked, Status};
use synchronizer_domain::usecases::{LinkRow, UseCaseResult};

use super::fakes::{Company, NOW, not_for_users, profile};

impl Company {
    fn found(&self, query: &LinksQuery) -> Vec<LinkRow> {
        let links = self.links.lock().unwrap();
        let takes = |row: &&LinkRow| {
            let state = row.status.state;
            match query.state {
                Some(wanted) => state == wanted,
                None => query.deleted || state != LinkState::Deleted,
            }
        };
        let named = |row: &&LinkRow| row.crm.name.contains(&query.text);
        links.iter().filter(takes).filter(named).cloned().collect()
    }
}

#[async_trait]
impl Status for Company {
    async fn links(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<LinksView> {
        not_for_users(actor)?;
        let found = self.found(&query);
        let links = self.links.lock().unwrap();
        let count = |state: &LinkState| {
            let of = links.iter().filter(|row| row.status.state == *state);
            (*state, u32::try_from(of.count()).unwrap())
        };
        let counts: Vec<_> = LinkState::ALL.iter().map(count).collect();
        let living = counts
            .iter()
            .filter(|(state, _)| *state != LinkState::Deleted);
        let size = LINKS_PAGE as usize;
        let last = found.len().div_ceil(size).max(1) - 1;
        let page = last.min(query.page as usize);
        Ok(LinksView {
            total: u32::try_from(found.len()).unwrap(),
            rows: found.into_iter().skip(page * size).take(size).collect(),
            living: living.map(|(_, count)| count).sum(),
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
            any: !links.is_empty(),
            profiles: vec![(profile(1), "Oslo and Bergen".to_owned())],
            query,
        })
    }

    async fn matching(&self, actor: &Actor, query: LinksQuery) -> UseCaseResult<Vec<Picked>> {
        not_for_users(actor)?;
        Ok(self.found(&query).iter().map(Picked::from).collect())
    }
}

/// Something to look at, one of each kind.
fn told() -> Vec<Notice> {
    let place = (profile(1), "Oslo and Bergen".to_owned());
    let one = |kind| Notice {
        kind,
        count: 3,
        since: NOW,
        newest: NOW,
        places: vec![place.clone()],
        days: 7,
        seconds: Some(600),
        waiting: 0,
        refused: u32::from(kind == NoticeKind::Resent),
    };
    NoticeKind::ALL.iter().copied().map(one).collect()
}

#[async_trait]
impl Notices for Company {
    async fn told(&self, actor: &Actor) -> UseCaseResult<Vec<Notice>> {
        not_for_users(actor)?;
        Ok(if self.empty { Vec::new() } else { told() })
    }

    async fn dismiss(&self, actor: &Actor, _: NoticeKind, _: Timestamp) -> UseCaseResult<()> {
        not_for_users(actor)
    }

    async fn resend_all(&self, actor: &Actor, _: Timestamp) -> UseCaseResult<u32> {
        not_for_users(actor).map(|()| 3)
    }
}
