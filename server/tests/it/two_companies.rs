//! Two companies on one installation that know the same people.

use synchronizer_domain::bulk::ActReport;
use synchronizer_domain::link::LinkAction;
use synchronizer_testkit::Browser;

use crate::support::{
    Api, Story, ZOE, at_microsoft, at_superoffice, invitation_in, microsoft_profile, says,
    signed_up_foreign_admin,
};

const JONAS: &str = "Jonas Lindqvist";
const JONAS_MAIL: &str = "jonas.lindqvist@fjordkraft.example";

#[tokio::test]
async fn one_mailbox_in_two_companies_is_two_links_that_know_nothing_of_each_other_sc_94() {
    // SC-94. The other company reads the same directory, and links somebody of its own
    // with Zoë's mailbox, which she shares with him.
    let story = Story::start().await;
    let admin = signed_up_foreign_admin(&story.app).await;
    let foreign = Api {
        app: &story.app,
        browser: &admin,
    };
    let profile = microsoft_profile(&foreign).await;
    let link = foreign.link(&profile, JONAS, ZOE).await;
    let invitation = invitation_in(&story.app.mail_to(JONAS_MAIL).await);

    story.finish().await;
    let jonas = Browser::new();
    let page = jonas.open(&invitation).await.unwrap();
    let page = jonas.press(&page, "get started", &[]).await.unwrap();
    let page = jonas
        .press(&page, "Sign in with SuperOffice", &[])
        .await
        .unwrap();
    let page = at_superoffice(&jonas, page, JONAS).await;
    let page = jonas
        .press(&page, "Sign in with Microsoft", &[])
        .await
        .unwrap();
    let page = at_microsoft(&jonas, page, ZOE).await;
    says(&page, 200, &["Your calendar is linked"]);
    foreign.wait_for_state(&profile, &link, "active").await;

    let grants = story.grants().await;
    assert_eq!(grants.len(), 4, "two halves in either company");
    for grant in &grants {
        let same = grants.iter().filter(|other| other.secret == grant.secret);
        assert_eq!(same.count(), 1, "each half has tokens of its own");
    }

    // Neither hears of the other: ending one link leaves the other one as it is.
    let delete = LinkAction::Delete.word();
    let refused = foreign.act(delete, &[&story.link], "").await;
    assert_eq!(refused.status, 404, "somebody else's link is nobody's");
    let report: ActReport = story.api().act(delete, &[&story.link], "").await.read();
    assert_eq!(report.done.len(), 1);
    foreign.wait_for_state(&profile, &link, "active").await;
    let left = story.grants().await;
    let theirs = left.iter().filter(|grant| grant.link.to_string() == link);
    assert!(theirs.into_iter().all(|grant| grant.refused.is_none()));
}
