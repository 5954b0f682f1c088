//! Linking: what is refused and why, further mails, copied links, deletion.

use futures_util::future::join_all;
use synchronizer_domain::ErrorCode;
use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::ids::LinkId;
use synchronizer_domain::link::LinkState;
use synchronizer_domain::lists::{LinkedPlaces, ListPerson, Proposal};
use synchronizer_domain::matching::MatchReason;
use synchronizer_domain::usecases::PersonalLink;
use synchronizer_testkit::Browser;

use crate::support::{
    Api, GUENTHER, RENEE, Story, TestApp, ZOE, ZOE_MAIL, invitation_in, microsoft_profile, person,
    says, signed_up_admin,
};

const ZOE_CRM: &str = "42";
const ZOE_OID: &str = "ebde6182-8fce-4473-9d0c-96c071a7ec9c";
const RENEE_CRM: &str = "23";
const RENEE_OID: &str = "48048e39-4d41-4ffb-bdf7-286c5fd85810";
const RETIRED_CRM: &str = "71";
const DISABLED_OID: &str = "03165d6e-392a-40ce-8b84-159e28fd0d2b";
const PLACE: &str = "Oslo and Bergen";

/// Links by the systems' own ids and expects a refusal; why.
async fn refused(api: &Api<'_>, profile: &str, crm: &str, calendar: &str) -> ErrorCode {
    let arguments = [("profile", profile), ("crm", crm), ("calendar", calendar)];
    api.call("linking/link", &arguments).await.reason()
}

fn linked(name: &str, crm: bool) -> ErrorCode {
    let (name, profile) = (name.to_owned(), PLACE.to_owned());
    if crm {
        ErrorCode::CrmUserLinked { name, profile }
    } else {
        ErrorCode::CalendarUserLinked { name, profile }
    }
}

#[tokio::test]
async fn nobody_is_linked_twice_and_the_refusal_says_where_he_is() {
    let story = Story::start().await;
    let api = story.api();
    let field = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    // Both are taken: either may be said.
    let again = refused(&api, &story.profile, ZOE_CRM, ZOE_OID).await;
    assert!(
        again == linked(ZOE, true) || again == linked(ZOE, false),
        "{again:?}"
    );
    assert_eq!(
        refused(&api, &field, ZOE_CRM, "guenther").await,
        linked(ZOE, true)
    );
    assert_eq!(
        refused(&api, &story.profile, ZOE_CRM, RENEE_OID).await,
        linked(ZOE, true)
    );
    assert_eq!(
        refused(&api, &story.profile, RENEE_CRM, ZOE_OID).await,
        linked(ZOE, false)
    );
    assert_eq!(
        (
            api.links(&story.profile).await.len(),
            api.links(&field).await.len()
        ),
        (1, 0)
    );
    assert_eq!(story.app.sandbox.mails().len(), 1);
}

#[tokio::test]
async fn people_who_left_or_cannot_be_mailed_are_refused_sc_97() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = microsoft_profile(&api).await;
    api.view(&profile).await;
    let retired = refused(&api, &profile, RETIRED_CRM, RENEE_OID).await;
    assert!(
        matches!(retired, ErrorCode::CrmUserRetired { .. }),
        "{retired:?}"
    );
    let disabled = refused(&api, &profile, RENEE_CRM, DISABLED_OID).await;
    assert!(
        matches!(disabled, ErrorCode::CalendarUserDisabled { .. }),
        "{disabled:?}"
    );
    let field = api
        .caldav_profile("https://dav.nordlicht.example/", "Field team")
        .await;
    let nobody = refused(&api, &field, "44", "bjorn").await;
    assert_eq!(
        nobody,
        ErrorCode::NoEmail {
            name: "Bjørn Kvernmo".to_owned()
        }
    );
    for (crm, calendar) in [("9999", RENEE_OID), (RENEE_CRM, "nobody"), ("", "")] {
        let arguments = [
            ("profile", profile.as_str()),
            ("crm", crm),
            ("calendar", calendar),
        ];
        assert_eq!(
            api.call("linking/link", &arguments).await.status,
            404,
            "{crm} {calendar}"
        );
    }
    let draft = api.create_profile("microsoft365").await;
    assert_eq!(
        refused(&api, &draft, RENEE_CRM, RENEE_OID).await,
        ErrorCode::DirectoryNotConfigured
    );
    assert_eq!(
        (api.links(&profile).await.len(), app.sandbox.mails().len()),
        (0, 0)
    );
}

#[tokio::test]
async fn several_at_once_make_one_link_and_one_mail() {
    let app = TestApp::start().await;
    let admin = signed_up_admin(&app).await;
    let api = Api {
        app: &app,
        browser: &admin,
    };
    let profile = microsoft_profile(&api).await;
    api.view(&profile).await;
    let arguments = [
        ("profile", profile.as_str()),
        ("crm", ZOE_CRM),
        ("calendar", ZOE_OID),
    ];
    let call = || api.call("linking/link", &arguments);
    let answers = tokio::join!(call(), call(), call(), call());
    let mut statuses = [
        answers.0.status,
        answers.1.status,
        answers.2.status,
        answers.3.status,
    ];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(api.links(&profile).await.len(), 1);
    // A mail to somebody else comes later than any second one would have.
    api.link(&profile, RENEE, RENEE).await;
    app.mail_to("renee.vanthoff@nordlicht.example").await;
    assert_eq!(app.mails_to(ZOE_MAIL).len(), 1);
}

#[tokio::test]
async fn a_second_mail_works_beside_the_first_until_one_is_used() {
    let story = Story::start().await;
    story
        .api()
        .ok::<()>("linking/resend", &[("link", &story.link)])
        .await;
    let mails = story.app.wait_for_mails(ZOE_MAIL, 2).await;
    let second = invitation_in(&mails[1]);
    assert_ne!(second, story.invitation);
    assert_ne!(mails[0].message_id, mails[1].message_id);
    for address in [&story.invitation, &second] {
        says(
            &Browser::new().open(address).await.unwrap(),
            200,
            &["Let’s get started"],
        );
    }
    story.finish().await;
    for address in [&story.invitation, &second] {
        says(
            &Browser::new().open(address).await.unwrap(),
            410,
            &["This invitation was used"],
        );
    }
}

#[tokio::test]
async fn a_copied_link_works_and_sends_no_mail() {
    let mut story = Story::start().await;
    let copied: PersonalLink = story
        .api()
        .ok("linking/copy-link", &[("link", &story.link)])
        .await;
    assert!(
        copied.url.starts_with(&story.app.url("/i/")) && copied.url != story.invitation,
        "{}",
        copied.url
    );
    story.invitation = copied.url;
    story.finish().await;
    assert_eq!(story.app.sandbox.mails().len(), 1);
}

#[tokio::test]
async fn an_active_link_needs_no_mail() {
    let story = Story::start().await;
    story.finish().await;
    for function in ["linking/resend", "linking/copy-link"] {
        let answer = story.api().call(function, &[("link", &story.link)]).await;
        assert_eq!(answer.reason(), ErrorCode::NothingToResend);
    }
    assert_eq!(story.app.sandbox.mails().len(), 1);
}

#[tokio::test]
async fn a_deleted_link_frees_both_people_and_comes_back_unless_they_are_taken() {
    let story = Story::start().await;
    story.finish().await;
    let (api, link) = (story.api(), story.link.as_str());
    api.delete(link).await;
    assert_eq!(story.row().await.status.state, LinkState::Deleted);
    assert_eq!(
        api.call("linking/resend", &[("link", link)]).await.reason(),
        ErrorCode::NothingToResend
    );
    assert_eq!(undelete(&api, link).await, None);
    story.expect("active", None).await;

    api.delete(link).await;
    let arguments = [
        ("profile", story.profile.as_str()),
        ("crm", ZOE_CRM),
        ("calendar", RENEE_OID),
    ];
    let other = api
        .ok::<LinkId>("linking/link", &arguments)
        .await
        .to_string();
    assert_eq!(undelete(&api, link).await, Some(linked(ZOE, true)));
    assert_eq!(story.row().await.status.state, LinkState::Deleted);
    api.delete(&other).await;
    assert_eq!(undelete(&api, link).await, None);
    story.expect("active", None).await;
}

/// Takes a deletion back; why it was refused, if it was.
async fn undelete(api: &Api<'_>, link: &str) -> Option<ErrorCode> {
    let report: ActReport = api.act("undelete", &[link], "").await.read();
    assert_eq!(report.done.len() + report.refused.len(), 1, "{report:?}");
    report.refused.into_iter().map(|(_, why)| why).next()
}

#[tokio::test]
async fn both_lists_say_who_is_linked_and_who_may_belong_together() {
    let story = Story::start().await;
    let api = story.api();
    let crm = api.people(&story.profile, "crm").await;
    let calendar = api.people(&story.profile, "calendar").await;
    assert!(person(&crm, ZOE).linked && person(&calendar, ZOE).linked);
    assert!(!person(&crm, RENEE).linked && !person(&calendar, RENEE).linked);
    let propose = async |name: &str| {
        let key = person(&crm, name).key.as_str();
        let arguments = [("profile", story.profile.as_str()), ("crm", key)];
        api.ok::<Vec<Proposal>>("linking/proposals", &arguments)
            .await
    };
    // Günther's address at Microsoft differs; an alias proposes him all the same.
    let found = propose(GUENTHER).await;
    assert_eq!(found[0].reason, MatchReason::Alias);
    assert_eq!(&found[0].person, person(&calendar, GUENTHER));
    let found = propose(RENEE).await;
    assert_eq!(found[0].reason, MatchReason::EqualEmail);
    // Who is linked needs no proposal.
    assert_eq!(propose(ZOE).await, []);
}

#[tokio::test]
async fn the_server_finds_people_by_words_in_any_spelling_until_the_browser_has_the_list() {
    let story = Story::start().await;
    let search = async |side: &str, query: &str| {
        let arguments = [
            ("profile", story.profile.as_str()),
            ("side", side),
            ("query", query),
        ];
        let api = story.api();
        let found: Vec<ListPerson> = api.ok("linking/search", &arguments).await;
        found.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(search("crm", "OZTURK gunther").await, [GUENTHER]);
    assert_eq!(
        search("calendar", "room.fjord@").await,
        ["Besprechung Fjord"]
    );
    assert!(search("crm", "nobody").await.is_empty());
}

#[tokio::test]
async fn a_new_link_changes_the_stamp_of_both_lists_and_their_places() {
    let story = Story::start().await;
    let api = story.api();
    let before = api.view(&story.profile).await;
    api.link(&story.profile, RENEE, RENEE).await;
    let after = api.view(&story.profile).await;
    assert_ne!(before.crm.stamp, after.crm.stamp);
    assert_ne!(before.calendar.stamp, after.calendar.stamp);
    assert_eq!(after.crm.counts[1], before.crm.counts[1] + 1);
    for side in ["crm", "calendar"] {
        let people = api.people(&story.profile, side).await;
        let arguments = [("profile", story.profile.as_str()), ("side", side)];
        let linked: LinkedPlaces = api.ok("linking/linked", &arguments).await;
        let names: Vec<_> = linked
            .places
            .iter()
            .map(|place| people[usize::try_from(*place).unwrap()].name.as_str())
            .collect();
        assert_eq!(names, [RENEE, ZOE], "{side}");
    }
}

#[tokio::test]
async fn two_administrators_who_link_a_pair_at_once_make_one_link_and_one_mail() {
    let story = Story::start().await;
    let api = story.api();
    let arguments = [
        ("profile", story.profile.as_str()),
        ("crm", RENEE_CRM),
        ("calendar", RENEE_OID),
    ];
    let answers = join_all((0..4).map(|_| api.call("linking/link", &arguments))).await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(made.len(), 1);
    for answer in refused {
        let reason = answer.reason();
        assert!(
            reason == linked(RENEE, true) || reason == linked(RENEE, false),
            "{reason:?}"
        );
    }
    let links = api.links(&story.profile).await;
    let link = links.iter().find(|link| link.crm.id.as_str() == RENEE_CRM);
    let link = link.unwrap().id.to_string();
    api.wait_for_sent(&story.profile, &link).await;
    assert_eq!(links.len(), 2);
    assert_eq!(story.app.sandbox.mails().len(), 2);
}
