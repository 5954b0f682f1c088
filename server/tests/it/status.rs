//! *Status*: everybody who is linked, over all profiles, searched, sorted, paged, as a file.

use synchronizer_domain::Clock;
use synchronizer_domain::directory::{CalendarUser, CrmUser};
use synchronizer_domain::ids::{AssociateId, CalendarUserId, LinkId};
use synchronizer_domain::link::{Link, LinkFlags, LinkState};
use synchronizer_domain::profile::CalendarSystem;
use synchronizer_domain::status::{Connection, LINKS_PAGE, LinksView, Picked};

use crate::support::{HAKON, Story, ZOE};

async fn status(story: &Story, arguments: &[(&str, &str)]) -> LinksView {
    let names: Vec<_> = arguments
        .iter()
        .map(|(name, _)| format!("asked[{name}]"))
        .collect();
    let values = arguments.iter().map(|(_, value)| *value);
    let asked: Vec<_> = names.iter().map(String::as_str).zip(values).collect();
    story.api().ok("status/links", &asked).await
}

fn names(view: &LinksView) -> Vec<&str> {
    view.rows.iter().map(|row| row.crm.name.as_str()).collect()
}

#[tokio::test]
async fn people_of_all_profiles_are_listed_and_filtered() {
    let story = Story::start().await;
    let api = story.api();
    let studio = api
        .caldav_profile("https://dav.nordlicht.example/", "Studio")
        .await;
    let hakon = api.link(&studio, HAKON, "Bjørn Kvernmo").await;
    let all = status(&story, &[]).await;
    assert_eq!((all.total, all.living, all.any), (2, 2, true));
    assert_eq!(all.count(LinkState::Invited), 2);
    let row = all.rows.iter().find(|row| row.crm.name == HAKON).unwrap();
    assert_eq!(all.profile_name(row.profile), "Studio");
    assert_eq!(row.system, CalendarSystem::Caldav);
    assert_eq!(row.sides, [Connection::NotYet; 2]);
    assert_eq!((row.since, row.checked_at), (row.created_at, None));
    for (arguments, expected) in [
        ([("sort", "crm"), ("text", "")], vec![HAKON, ZOE]),
        (
            [("sort", "profile"), ("descending", "true")],
            vec![HAKON, ZOE],
        ),
        ([("text", "zoe"), ("state", "invited")], vec![ZOE]),
        ([("text", "kvernmo"), ("state", "invited")], vec![HAKON]),
        ([("text", "zoe"), ("state", "active")], vec![]),
        ([("profile", studio.as_str()), ("text", "")], vec![HAKON]),
        ([("system", "caldav"), ("text", "")], vec![HAKON]),
    ] {
        let view = status(&story, &arguments).await;
        assert_eq!(names(&view), expected, "{arguments:?}");
        assert_eq!(view.total as usize, expected.len(), "{arguments:?}");
    }
    api.delete(&hakon).await;
    assert_eq!(names(&status(&story, &[]).await), [ZOE]);
    let deleted = status(&story, &[("state", "deleted")]).await;
    assert_eq!(names(&deleted), [HAKON]);
    let everybody = status(&story, &[("deleted", "true")]).await;
    assert_eq!((everybody.total, everybody.living), (2, 1));
    let chosen: Vec<Picked> = api
        .ok("status/matching", &[("asked[state]", "deleted")])
        .await;
    assert_eq!(chosen[0].id.to_string(), hakon);
}

#[tokio::test]
async fn long_tables_come_in_pages_and_a_page_beyond_the_last_is_the_last() {
    let story = Story::start().await;
    add_links(&story, 120).await;
    let first = status(&story, &[("sort", "crm")]).await;
    assert_eq!((first.total, first.pages()), (121, 3));
    assert_eq!(first.rows.len(), LINKS_PAGE as usize);
    assert_eq!(first.rows[0].crm.name, "Crowd 0000");
    let last = status(&story, &[("sort", "crm"), ("page", "77")]).await;
    assert_eq!((last.query.page, last.rows.len()), (2, 21));
    assert_eq!(last.rows.last().unwrap().crm.name, ZOE);
    let found = status(&story, &[("text", "crowd 000")]).await;
    assert_eq!(found.total, 10);
    let all: Vec<Picked> = story.api().ok("status/matching", &[]).await;
    assert_eq!(all.len(), 121);
}

/// Links that nobody was invited to.
async fn add_links(story: &Story, count: u32) {
    let core = story.app.core();
    let profile = story.profile.parse().unwrap();
    let mut unit = core.storage.write().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    for number in 0..count {
        let link = Link {
            id: LinkId::mint(&*core.clock, &*core.rng),
            tenant,
            profile,
            crm: CrmUser {
                id: AssociateId::new(format!("crowd-{number}")),
                name: format!("Crowd {number:04}"),
                email: format!("=crowd{number}@crowd.example"),
                active: true,
            },
            calendar: CalendarUser {
                id: CalendarUserId::new(format!("login-{number}")),
                name: format!("+Login {number:04}"),
                email: String::new(),
                aliases: Vec::new(),
                active: true,
            },
            created_at: story.app.clock.now(),
            flags: LinkFlags::default(),
        };
        unit.add_link(&link, CalendarSystem::Microsoft365)
            .await
            .unwrap();
    }
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn the_file_holds_what_the_filter_finds_and_no_formula() {
    let story = Story::start().await;
    add_links(&story, 1_005).await;
    let file = async |query: &str| {
        let address = story.app.url(&format!("/status/export.csv{query}"));
        let response = story.admin.client().get(address).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(kind, "text/csv; charset=utf-8");
        response.text().await.unwrap()
    };
    let everybody = file("").await;
    assert_eq!(everybody.lines().count(), 1 + 1_006);
    let found = file("?q=crowd+1004&sort=crm&page=9").await;
    let lines: Vec<_> = found.lines().collect();
    assert_eq!(lines.len(), 2, "{found}");
    assert!(lines[0].starts_with("\u{feff}crm_id,crm_name,crm_email,"));
    assert!(
        lines[1].starts_with(
            "crowd-1004,Crowd 1004,\"'=crowd1004@crowd.example\",login-1004,\"'+Login 1004\",,"
        ),
        "{found}"
    );
    assert!(lines[1].contains(",microsoft365,invited,,"), "{found}");
    assert_eq!(file("?state=active").await.lines().count(), 1);
    let nobodys = story.app.url(&format!(
        "/status/export.csv?profile={}",
        LinkId::mint(&*story.app.core().clock, &*story.app.core().rng)
    ));
    let response = story.admin.client().get(nobodys).send().await.unwrap();
    assert_eq!(response.status(), 404);
}
