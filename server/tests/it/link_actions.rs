//! Pause, resume, delete and erase, for one link and for a selection.

use synchronizer_domain::ErrorCode;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::{LinkAction, LinkState};
use synchronizer_testkit::Browser;

use crate::support::{Api, HAKON, RENEE, Story, ZOE, at_microsoft, says};

/// Actions noted in the audit log about a link, newest first.
async fn audit(story: &Story, link: &str) -> Vec<String> {
    let core = story.app.core();
    let mut unit = core.storage.read().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    let lines = unit
        .audit(tenant, &synchronizer_storage::AuditFilter::default(), 100)
        .await
        .unwrap();
    lines
        .into_iter()
        .filter(|line| line.subject == link)
        .map(|line| line.action)
        .collect()
}

async fn act(api: &Api<'_>, action: LinkAction, links: &[&str]) -> ActReport {
    api.act(action.word(), links, "").await.read()
}

fn ids(links: &[&str]) -> Vec<LinkId> {
    links.iter().map(|id| id.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_selection_is_paused_and_goes_on_where_it_can() {
    let story = Story::start().await;
    let api = story.api();
    let other = api.link(&story.profile, RENEE, RENEE).await;
    let both = [story.link.as_str(), other.as_str()];

    let report = act(&api, LinkAction::Pause, &both[..1]).await;
    assert_eq!((report.done, report.skipped), (ids(&both[..1]), 0));
    let report = act(&api, LinkAction::Pause, &[both[0], both[1], both[1]]).await;
    assert_eq!((report.done, report.skipped), (ids(&both[1..]), 1));
    for link in both {
        assert_eq!(
            api.row(&story.profile, link).await.status.state,
            LinkState::Paused
        );
    }
    let report = act(&api, LinkAction::Resume, &both).await;
    assert_eq!((report.done, report.skipped), (ids(&both), 0));
    let report = act(&api, LinkAction::Resume, &both).await;
    assert_eq!((report.done.len(), report.skipped), (0, 2));
    assert_eq!(
        audit(&story, &other).await,
        ["link.resumed", "link.paused", "link.created"]
    );
}

#[tokio::test]
async fn a_link_that_was_paused_before_its_first_run_makes_it_when_it_goes_on() {
    let story = Story::start().await;
    act(&story.api(), LinkAction::Pause, &[&story.link]).await;
    let zoe = Browser::new();
    let page = story.second_step(&zoe).await;
    let page = zoe
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    at_microsoft(&zoe, page, ZOE).await;
    assert_eq!(story.grants().await.len(), 2);
    let row = story.row().await;
    assert_eq!(
        (row.status.state, row.checked_at),
        (LinkState::Paused, None)
    );
    act(&story.api(), LinkAction::Resume, &[&story.link]).await;
    story
        .api()
        .wait_for_state(&story.profile, &story.link, "active")
        .await;
}

#[tokio::test]
async fn nothing_is_erased_before_it_is_deleted_and_confirmed() {
    let story = Story::start().await;
    story.finish().await;
    let (api, link) = (story.api(), story.link.as_str());
    let report: ActReport = api.act("erase", &[link], ZOE).await.read();
    assert_eq!((report.done.len(), report.skipped), (0, 1));
    api.delete(link).await;
    for typed in ["", "1", "zoë müller", RENEE] {
        assert_eq!(
            api.act("erase", &[link], typed).await.wrong(),
            [("typed".to_owned(), ErrorCode::NotConfirmed)],
            "{typed}"
        );
    }
    assert_eq!(story.row().await.status.state, LinkState::Deleted);

    let report: ActReport = api.act("erase", &[link], " Zoë Müller ").await.read();
    assert_eq!((report.done, report.skipped), (ids(&[link]), 0));
    assert_eq!(api.links(&story.profile).await, []);
    says(
        &Browser::new().open(&story.invitation).await.unwrap(),
        404,
        &["This invitation does not work"],
    );
    let mut unit = story.app.core().storage.read().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    assert_eq!(unit.grants(tenant, None).await.unwrap(), []);
    drop(unit);
    assert_eq!(audit(&story, link).await[0], "link.erased");
    assert_eq!(api.act("undelete", &[link], "").await.status, 404);
    // Both people can be linked again.
    api.link(&story.profile, ZOE, ZOE).await;
}

#[tokio::test]
async fn a_selection_is_erased_when_its_number_was_typed() {
    let story = Story::start().await;
    let api = story.api();
    let other = api.link(&story.profile, RENEE, RENEE).await;
    let both = [story.link.as_str(), other.as_str()];
    act(&api, LinkAction::Delete, &both).await;
    assert_eq!(api.act("erase", &both, ZOE).await.status, 422);
    let report: ActReport = api.act("erase", &both, "2").await.read();
    assert_eq!((report.done, report.skipped), (ids(&both), 0));
    assert_eq!(api.links(&story.profile).await, []);
}

#[tokio::test]
async fn of_a_selection_only_those_come_back_whose_people_are_free() {
    let story = Story::start().await;
    let api = story.api();
    let other = api.link(&story.profile, RENEE, RENEE).await;
    let both = [story.link.as_str(), other.as_str()];
    act(&api, LinkAction::Delete, &both).await;
    let taken = api.link(&story.profile, ZOE, HAKON).await;
    let report = act(&api, LinkAction::Undelete, &both).await;
    assert_eq!((report.done, report.skipped), (ids(&both[1..]), 0));
    let place = "Oslo and Bergen".to_owned();
    let name = ZOE.to_owned();
    let reason = ErrorCode::CrmUserLinked {
        name,
        profile: place,
    };
    assert_eq!(report.refused, [(both[0].parse().unwrap(), reason)]);
    assert_eq!(
        api.row(&story.profile, &taken).await.status.state,
        LinkState::Invited
    );
}
