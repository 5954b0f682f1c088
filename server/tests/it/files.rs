//! Files that administrators download: who is linked, and what became of a batch.

use synchronizer_testkit::Browser;

use crate::support::{HAKON, RENEE, Story, ZOE, person};

/// A file, after its mark of UTF-8, in lines.
async fn file(story: &Story, browser: &Browser, path: &str) -> Vec<String> {
    let address = story.app.url(path);
    let answer = browser.client().get(address).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(header("content-disposition").starts_with("attachment; filename="));
    assert!(header("cache-control").contains("no-store"));
    let text = answer.text().await.unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn linked_users_are_exported_as_the_page_shows_them_and_no_name_is_a_formula() {
    let story = Story::start().await;
    let api = story.api();
    api.wait_for_sent(&story.profile, &story.link).await;
    let crm = api.people(&story.profile, "crm").await;
    let calendar = api.people(&story.profile, "calendar").await;
    let (hakon, account) = (person(&crm, HAKON).clone(), person(&calendar, HAKON));
    let evil = synchronizer_domain::directory::CrmUser {
        id: synchronizer_domain::ids::AssociateId::new(hakon.key),
        name: "=HYPERLINK(\"https://evil.example\")".to_owned(),
        email: hakon.email,
        active: true,
    };
    let core = story.app.core();
    let mut unit = core.storage.write().await.unwrap();
    let tenant = unit.versions().await.unwrap()[0].0;
    let id = evil.id.clone();
    unit.replace_crm_users(tenant, &[evil], core.clock.now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let pair = [(id.to_string(), account.key.clone())];
    api.link_several(&story.profile, &pair).await;
    api.wait_for_batch(&story.profile).await;
    let page = format!("/profiles/{}/linked-users.csv", story.profile);

    let lines = file(&story, &story.admin, &page).await;
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines[0].starts_with("CRM user,CRM e-mail,CRM number,Calendar user,"),
        "{}",
        lines[0]
    );
    let zoe = lines.iter().find(|line| line.starts_with(ZOE)).unwrap();
    let parts: Vec<_> = zoe.split(',').collect();
    assert_eq!(parts.len(), 13, "{zoe}");
    assert_eq!(
        (parts[2], parts[6]),
        (person(&crm, ZOE).key.as_str(), "Invited")
    );
    assert_eq!(parts[12], story.link);
    assert!(parts[9].starts_with("Sent 20"), "{zoe}");
    let evil = "\"'=HYPERLINK(\"\"https://evil.example\"\")\",";
    assert!(lines.iter().any(|line| line.starts_with(evil)), "{lines:?}");

    // Only what the page's address asks for.
    for (query, count) in [("?q=zoe", 2), ("?state=active", 1), ("?state=deleted", 1)] {
        let lines = file(&story, &story.admin, &format!("{page}{query}")).await;
        assert_eq!(lines.len(), count, "{query}");
    }
    api.delete(&story.link).await;
    for (query, count) in [("", 2), ("?deleted=1", 3), ("?state=deleted", 2)] {
        let lines = file(&story, &story.admin, &format!("{page}{query}")).await;
        assert_eq!(lines.len(), count, "{query}");
    }
}

#[tokio::test]
async fn an_export_is_a_list_that_finds_the_same_people_again() {
    let story = Story::start().await;
    let api = story.api();
    api.link(&story.profile, RENEE, RENEE).await;
    let page = format!("/profiles/{}/linked-users.csv", story.profile);
    let lines = file(&story, &story.admin, &page).await;
    let list = api.paste(&story.profile, &lines.join("\n")).await;
    let arguments = [
        ("profile", story.profile.as_str()),
        ("import", list.as_str()),
    ];
    let view: synchronizer_domain::import::ImportView = api.ok("linking/import", &arguments).await;
    let seen = view.checked.unwrap();
    assert_eq!(
        (seen.already, seen.right.len(), seen.wrong.len()),
        (2, 0, 0)
    );
    assert!(seen.heading.is_some());
}

#[tokio::test]
async fn the_results_of_a_batch_name_every_pair_with_its_reason() {
    let story = Story::start().await;
    let api = story.api();
    let crm = api.people(&story.profile, "crm").await;
    let calendar = api.people(&story.profile, "calendar").await;
    let id = |name: &str| person(&crm, name).key.clone();
    let oid = |name: &str| person(&calendar, name).key.clone();
    let pairs = [
        (id(ZOE), oid(RENEE)),
        (id(RENEE), oid(RENEE)),
        (id(HAKON), "nobody".to_owned()),
    ];
    let batch = api.link_several(&story.profile, &pairs).await;
    api.wait_for_batch(&story.profile).await;
    let lines = file(
        &story,
        &story.admin,
        &format!("/batches/{batch}/results.csv"),
    )
    .await;
    let expected = [
        "CRM user,CRM number,Calendar user,Calendar user id,Result,Reason".to_owned(),
        format!(
            "{ZOE},{},{RENEE},{},Refused,{ZOE} is already linked in profile Oslo and Bergen.",
            id(ZOE),
            oid(RENEE)
        ),
        format!(
            "{RENEE},{},{RENEE},{},\"Done, mail goes out\",",
            id(RENEE),
            oid(RENEE)
        ),
        format!("{HAKON},{},nobody,nobody,Refused,", id(HAKON)),
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, expected) in lines.iter().zip(&expected) {
        assert!(
            line.starts_with(expected.as_str()),
            "{line} is not {expected}"
        );
    }
}
