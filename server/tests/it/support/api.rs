//! Server functions as the browser calls them.

use leptos::server_fn::error::FromServerFnError;
use leptos::server_fn::{Bytes, Decodes};
use synchronizer_app::AppError;
use synchronizer_domain::bulk::{ActReport, BatchView};
use synchronizer_domain::ids::{BatchId, LinkId, ProfileId};
use synchronizer_domain::lists::{ListPerson, PeoplePage};
use synchronizer_domain::mail::MailState;
use synchronizer_domain::status::LinksView;
use synchronizer_domain::usecases::{LinkRow, LinkUsersView};
use synchronizer_domain::{ErrorCode, UseCaseError};
use synchronizer_testkit::Browser;

use super::TestApp;

/// How answers are written, errors and all.
type Wire = <AppError as FromServerFnError>::Encoder;

/// What a server function answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    /// The answer of a call that succeeded.
    #[track_caller]
    pub fn read<T>(&self) -> T
    where
        Wire: Decodes<T>,
    {
        assert_eq!(self.status, 200, "{}", self.text);
        Wire::decode(Bytes::from(self.text.clone()))
            .unwrap_or_else(|_| panic!("not readable: {}", self.text))
    }

    /// The error of a call that failed.
    #[track_caller]
    pub fn error(&self) -> AppError {
        assert_ne!(self.status, 200, "{}", self.text);
        AppError::de(Bytes::from(self.text.clone()))
    }

    /// Why a request was refused as things are.
    #[track_caller]
    pub fn reason(&self) -> ErrorCode {
        match (self.status, self.error()) {
            (409, AppError::UseCase(UseCaseError::Refused { reason })) => reason,
            (status, error) => panic!("{status} {error:?}"),
        }
    }

    /// What is wrong with typed values, by field.
    #[track_caller]
    pub fn wrong(&self) -> Vec<(String, ErrorCode)> {
        match (self.status, self.error()) {
            (422, AppError::UseCase(UseCaseError::Invalid { fields })) => fields
                .into_iter()
                .map(|wrong| (wrong.field, wrong.code))
                .collect(),
            (status, error) => panic!("{status} {error:?}"),
        }
    }
}

/// A signed-in (or anonymous) caller of server functions.
pub struct Api<'a> {
    pub app: &'a TestApp,
    pub browser: &'a Browser,
}

impl Api<'_> {
    /// Calls a server function with form-encoded arguments.
    pub async fn call(&self, endpoint: &str, arguments: &[(&str, &str)]) -> Answer {
        self.attempt(endpoint, arguments).await.unwrap()
    }

    /// The same of a portal that may die meanwhile.
    ///
    /// # Errors
    /// Nothing answers.
    pub async fn attempt(
        &self,
        endpoint: &str,
        arguments: &[(&str, &str)],
    ) -> Result<Answer, String> {
        let request = self
            .browser
            .client()
            .post(self.app.url(&format!("/api/{endpoint}")))
            .header("accept", "application/json")
            .header("origin", self.app.url(""))
            .header("sec-fetch-site", "same-origin")
            .form(arguments);
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|error| error.to_string())?;
        Ok(Answer { status, text })
    }

    /// Calls, expects success and reads the answer.
    pub async fn ok<T>(&self, endpoint: &str, arguments: &[(&str, &str)]) -> T
    where
        Wire: Decodes<T>,
    {
        let answer = self.call(endpoint, arguments).await;
        assert_eq!(answer.status, 200, "{endpoint} {:?}", answer.error());
        answer.read()
    }

    /// Creates a profile of a system and returns its id.
    pub async fn create_profile(&self, system: &str) -> String {
        self.ok::<ProfileId>("profiles/create", &[("system", system)])
            .await
            .to_string()
    }

    /// Stores settings, which makes the profile ready.
    pub async fn finish_profile(&self, profile: &str, name: &str) {
        let contact = ("contact_email", "it@nordlicht.example");
        let arguments = [
            ("profile", profile),
            ("name", name),
            ("mail_locale", "en"),
            contact,
        ];
        self.ok::<()>("profiles/save-settings", &arguments).await;
    }

    /// A ready CalDAV profile with two people.
    pub async fn caldav_profile(&self, server: &str, name: &str) -> String {
        let profile = self.create_profile("caldav").await;
        let people =
            "guenther, Günther Öztürk, guenther.oeztuerk@nordlicht.example\nbjorn, Bjørn Kvernmo";
        let arguments = [
            ("profile", profile.as_str()),
            ("server", server),
            ("people", people),
            ("then", "next"),
        ];
        assert_eq!(
            self.call("profiles/save-caldav", &arguments).await.status,
            200
        );
        self.finish_profile(&profile, name).await;
        profile
    }

    /// The page *Link Users* as it is now.
    pub async fn look(&self, profile: &str) -> LinkUsersView {
        self.ok("linking/view", &[("profile", profile)]).await
    }

    /// The page *Link Users*, once no list is on its way.
    pub async fn view(&self, profile: &str) -> LinkUsersView {
        for _ in 0..1_200 {
            let view = self.look(profile).await;
            if view.crm.reading.is_none() && view.calendar.reading.is_none() {
                return view;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the lists stay unread");
    }

    /// All links of a profile, deleted ones too.
    pub async fn links(&self, profile: &str) -> Vec<LinkRow> {
        let mut rows = Vec::new();
        for page in 0.. {
            let page = page.to_string();
            let arguments = [
                ("asked[profile]", profile),
                ("asked[deleted]", "true"),
                ("asked[page]", &page),
            ];
            let view: LinksView = self.ok("status/links", &arguments).await;
            rows.extend(view.rows);
            if rows.len() >= view.total as usize {
                break;
            }
        }
        rows
    }

    /// A whole list, once no list is on its way.
    pub async fn people(&self, profile: &str, side: &str) -> Vec<ListPerson> {
        self.view(profile).await;
        let mut people = Vec::new();
        loop {
            let from = people.len().to_string();
            let arguments = [("profile", profile), ("side", side), ("from", &from)];
            let page: PeoplePage = self.ok("linking/people", &arguments).await;
            people.extend(page.people);
            if !page.more {
                return people;
            }
        }
    }

    /// Links a CRM user with a calendar user by their names.
    pub async fn link(&self, profile: &str, crm: &str, calendar: &str) -> String {
        let (crm_users, calendar_users) = (
            self.people(profile, "crm").await,
            self.people(profile, "calendar").await,
        );
        let arguments = [
            ("profile", profile),
            ("crm", person(&crm_users, crm).key.as_str()),
            ("calendar", person(&calendar_users, calendar).key.as_str()),
        ];
        self.ok::<LinkId>("linking/link", &arguments)
            .await
            .to_string()
    }

    /// A link as the page *Link Users* shows it now.
    pub async fn row(&self, profile: &str, link: &str) -> LinkRow {
        let rows = self.links(profile).await;
        rows.into_iter()
            .find(|row| row.id.to_string() == link)
            .unwrap_or_else(|| panic!("no row of {link}"))
    }

    /// Does an action for a selection of links.
    pub async fn act(&self, action: &str, links: &[&str], typed: &str) -> Answer {
        let names: Vec<String> = (0..links.len()).map(|n| format!("links[{n}]")).collect();
        let mut arguments = vec![("action", action), ("typed", typed)];
        arguments.extend(names.iter().map(String::as_str).zip(links.iter().copied()));
        self.call("linking/act", &arguments).await
    }

    /// Begins to link pairs of ids.
    pub async fn link_several(&self, profile: &str, pairs: &[(String, String)]) -> BatchId {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .enumerate()
            .map(|(n, (crm, calendar))| (format!("pairs[{n}]"), format!("{crm} {calendar}")))
            .collect();
        let mut arguments = vec![("profile", profile)];
        arguments.extend(
            pairs
                .iter()
                .map(|(name, pair)| (name.as_str(), pair.as_str())),
        );
        self.ok("linking/link-several", &arguments).await
    }

    /// Sends a list of pairs as the browser's form does; where that leads.
    pub async fn bring(&self, profile: &str, file: (&str, &[u8]), text: &str) -> (u16, String) {
        let (name, bytes) = file;
        let mut body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/csv\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(
            format!(
                "\r\n--b\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n\
                 {text}\r\n--b--\r\n"
            )
            .as_bytes(),
        );
        let answer = self
            .browser
            .client()
            .post(self.app.url(&format!("/profiles/{profile}/import")))
            .header("origin", self.app.url(""))
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body)
            .send()
            .await
            .unwrap();
        let location = answer.headers().get("location");
        let location = location.map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location.unwrap_or_default())
    }

    /// The id of a list of pairs that was pasted.
    pub async fn paste(&self, profile: &str, text: &str) -> String {
        let (status, location) = self.bring(profile, ("", b""), text).await;
        let id = location
            .split_once("?list=")
            .and_then(|(_, rest)| rest.strip_suffix("#checked"));
        assert_eq!(status, 303, "{location}");
        id.unwrap_or_else(|| panic!("no list: {location}"))
            .to_owned()
    }

    /// The newest batch of a profile, once it ended.
    pub async fn wait_for_batch(&self, profile: &str) -> BatchView {
        for _ in 0..1_200 {
            let batch: Option<BatchView> = self.ok("linking/batch", &[("profile", profile)]).await;
            if let Some(batch) = batch.filter(|batch| batch.ended_at.is_some()) {
                return batch;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the batch does not end");
    }

    /// Deletes a link, to be taken back or not.
    pub async fn delete(&self, link: &str) {
        let report: ActReport = self.act("delete", &[link], "").await.read();
        assert_eq!((report.done.len(), report.skipped), (1, 0), "{report:?}");
    }

    /// Waits until the row beside a link says that its mail is out.
    pub async fn wait_for_sent(&self, profile: &str, link: &str) {
        for _ in 0..400 {
            let row = self.row(profile, link).await;
            if row
                .invitation
                .is_some_and(|invitation| invitation.mail == MailState::Sent)
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the mail stays unsent: {:?}", self.row(profile, link).await);
    }

    /// The row of a link, once it has this state.
    pub async fn wait_for_state(&self, profile: &str, link: &str, wanted: &str) -> LinkRow {
        let mut row = self.row(profile, link).await;
        for _ in 0..400 {
            if row.status.state.word() == wanted {
                return row;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            row = self.row(profile, link).await;
        }
        panic!("the link never became {wanted}: {row:?}");
    }
}

/// The person of this name.
#[track_caller]
pub fn person<'a>(people: &'a [ListPerson], name: &str) -> &'a ListPerson {
    people
        .iter()
        .find(|one| one.name == name)
        .unwrap_or_else(|| panic!("{name} is not listed"))
}
