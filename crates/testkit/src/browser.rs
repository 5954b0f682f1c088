//! A browser without a screen or script: cookies, redirects, `meta refresh`, forms.
//!
//! It sends `Origin` and `Sec-Fetch-Site` as browsers do, so that what holds for it holds
//! for a person with script off.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Method, Response, StatusCode};
use url::Url;

/// No answer takes longer, on the slowest machine; streams end with it too.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with its own cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    history: Arc<Mutex<Vec<Page>>>,
}

/// A page that was opened.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it is, after all redirects.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its text.
    pub html: String,
    /// Its headers.
    pub headers: HeaderMap,
}

/// Result of a step.
pub type Step = Result<Page, String>;

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Browser {
    /// A fresh browser.
    #[must_use]
    pub fn new() -> Self {
        let client = Client::builder()
            .timeout(PATIENCE)
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap_or_default();
        Self {
            client,
            history: Arc::default(),
        }
    }

    /// Every answer so far, redirects and leaving pages included, oldest first.
    #[must_use]
    pub fn history(&self) -> Vec<Page> {
        self.history
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The client, for requests that are no navigation. It shares the cookies.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens an address and follows where it leads.
    ///
    /// # Errors
    /// A sentence when an address is wrong or nothing answers.
    pub async fn open(&self, address: &str) -> Step {
        let url = Url::parse(address).map_err(|error| format!("{address}: {error}"))?;
        self.go(Method::GET, url, None, Vec::new()).await
    }

    /// Presses a button as [`Self::press`] does, but stops before an address whose path
    /// begins with `path` is opened, and returns that address.
    ///
    /// # Errors
    /// A sentence when there is no such button, or the way ends on another page.
    pub async fn press_until(
        &self,
        page: &Page,
        button: &str,
        fields: &[(&str, &str)],
        path: &str,
    ) -> Result<Url, String> {
        let (method, target, pairs) = filled(page, button, fields)?;
        match self
            .walk(method, target, Some(&page.url), pairs, Some(path))
            .await?
        {
            Arrival::Stopped(url) => Ok(url),
            Arrival::Page(page) => Err(format!("ends on {}:\n{}", page.url, page.text())),
        }
    }

    /// Presses the button whose text contains `button`, in whatever form it stands, after
    /// filling fields by name.
    ///
    /// # Errors
    /// A sentence when there is no such button.
    pub async fn press(&self, page: &Page, button: &str, fields: &[(&str, &str)]) -> Step {
        let (method, target, pairs) = filled(page, button, fields)?;
        self.go(method, target, Some(&page.url), pairs).await
    }

    /// Follows the link whose text contains `text`.
    ///
    /// # Errors
    /// A sentence when there is no such link.
    pub async fn follow(&self, page: &Page, text: &str) -> Step {
        let target = page
            .link(text)
            .ok_or_else(|| format!("no link “{text}” on {}:\n{}", page.url, page.text()))?;
        let url = page.url.join(&target).map_err(|error| error.to_string())?;
        self.go(Method::GET, url, Some(&page.url), Vec::new()).await
    }

    async fn go(
        &self,
        method: Method,
        url: Url,
        from: Option<&Url>,
        form: Vec<(String, String)>,
    ) -> Step {
        match self.walk(method, url, from, form, None).await? {
            Arrival::Page(page) => Ok(page),
            Arrival::Stopped(url) => Err(format!("stopped before {url}")),
        }
    }

    async fn walk(
        &self,
        method: Method,
        url: Url,
        from: Option<&Url>,
        form: Vec<(String, String)>,
        stop: Option<&str>,
    ) -> Result<Arrival, String> {
        let (mut method, mut url, mut form) = (method, url, form);
        let mut from = from.cloned();
        for step in 0..20 {
            if step > 0 && stop.is_some_and(|stop| url.path().starts_with(stop)) {
                return Ok(Arrival::Stopped(url));
            }
            let response = self.send(&method, &url, from.as_ref(), &form).await?;
            if response.status().is_redirection() && response.status() != StatusCode::NOT_MODIFIED {
                let location = response
                    .headers()
                    .get(LOCATION)
                    .and_then(|value| value.to_str().ok());
                let location = location.ok_or_else(|| format!("{url} redirects nowhere"))?;
                let next = url.join(location).map_err(|error| error.to_string())?;
                self.note(Page {
                    url: url.clone(),
                    status: response.status().as_u16(),
                    html: String::new(),
                    headers: response.headers().clone(),
                });
                if matches!(response.status().as_u16(), 301..=303) {
                    method = Method::GET;
                    form.clear();
                }
                url = next;
                continue;
            }
            let page = Page {
                status: response.status().as_u16(),
                headers: response.headers().clone(),
                url: url.clone(),
                html: response.text().await.map_err(|error| error.to_string())?,
            };
            self.note(page.clone());
            match page.refresh() {
                Some(next) => {
                    from = Some(url.clone());
                    url = url.join(&next).map_err(|error| error.to_string())?;
                    method = Method::GET;
                    form.clear();
                }
                None => return Ok(Arrival::Page(page)),
            }
        }
        Err(format!("{url} redirects without end"))
    }

    fn note(&self, page: Page) {
        self.history
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(page);
    }

    async fn send(
        &self,
        method: &Method,
        url: &Url,
        from: Option<&Url>,
        form: &[(String, String)],
    ) -> Result<Response, String> {
        let mut request = self
            .client
            .request(method.clone(), url.clone())
            .header("accept", "text/html");
        let site = match from {
            None => "none",
            Some(from) if from.origin() == url.origin() => "same-origin",
            Some(_) => "cross-site",
        };
        request = request.header("sec-fetch-site", HeaderValue::from_static(site));
        if let (Some(from), "same-origin") = (from, site) {
            request = request.header("referer", from.as_str());
        }
        if *method == Method::POST {
            if let Some(from) = from {
                request = request.header("origin", from.origin().ascii_serialization());
            }
            request = request.form(form);
        }
        request
            .send()
            .await
            .map_err(|error| format!("{url}: {error:?}"))
    }
}

/// Where a walk ended.
enum Arrival {
    Page(Page),
    Stopped(Url),
}

/// The request that a button makes: method, address and, for POST, the form's values.
fn filled(page: &Page, button: &str, fields: &[(&str, &str)]) -> Result<Submission, String> {
    let form = page
        .forms()
        .into_iter()
        .find_map(|form| form.with_button(button))
        .ok_or_else(|| format!("no button “{button}” on {}:\n{}", page.url, page.text()))?;
    let mut values = form.values.clone();
    for (name, value) in fields {
        values.insert((*name).to_owned(), (*value).to_owned());
    }
    let mut target = page
        .url
        .join(&form.action)
        .map_err(|error| error.to_string())?;
    let pairs: Vec<(String, String)> = values.into_iter().collect();
    if form.method == "get" {
        target.query_pairs_mut().clear().extend_pairs(&pairs);
        return Ok((Method::GET, target, Vec::new()));
    }
    Ok((Method::POST, target, pairs))
}

/// What pressing a button sends: method, target, fields.
type Submission = (Method, Url, Vec<(String, String)>);

#[derive(Debug, Clone)]
struct Form {
    action: String,
    method: String,
    values: BTreeMap<String, String>,
    buttons: Vec<(String, Option<(String, String)>)>,
}

impl Form {
    fn with_button(mut self, text: &str) -> Option<Self> {
        let (_, value) = self
            .buttons
            .iter()
            .find(|(label, _)| label.contains(text))?
            .clone();
        if let Some((name, value)) = value {
            self.values.insert(name, value);
        }
        Some(self)
    }
}

impl Page {
    /// The text without tags, blanks collapsed.
    #[must_use]
    pub fn text(&self) -> String {
        let body = self
            .html
            .split_once("</head>")
            .map_or(self.html.as_str(), |(_, body)| body);
        visible(body)
    }

    /// A header as text; empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The address of the link whose text contains `text`.
    #[must_use]
    pub fn link(&self, text: &str) -> Option<String> {
        elements(&self.html, "a")
            .into_iter()
            .find(|(_, inner)| visible(inner).contains(text))
            .and_then(|(tag, _)| attribute(&tag, "href"))
    }

    fn refresh(&self) -> Option<String> {
        let start = self.html.find("http-equiv=\"refresh\"")?;
        let tag = self.html.get(self.html.get(..start)?.rfind('<')?..)?;
        let tag = tag.get(..tag.find('>')?)?;
        let content = attribute(tag, "content")?;
        content
            .split_once("url=")
            .map(|(_, url)| url.trim_matches('\'').to_owned())
    }

    fn forms(&self) -> Vec<Form> {
        elements(&self.html, "form")
            .into_iter()
            .map(|(tag, inner)| {
                let mut values = BTreeMap::new();
                for input in tags(&inner, "input") {
                    let kind = attribute(&input, "type").unwrap_or_default();
                    let unticked = matches!(kind.as_str(), "checkbox" | "radio")
                        && !input.contains(" checked");
                    if let (Some(name), false) =
                        (attribute(&input, "name"), unticked || kind == "submit")
                    {
                        values.insert(name, attribute(&input, "value").unwrap_or_default());
                    }
                }
                let buttons = elements(&inner, "button")
                    .into_iter()
                    .map(|(tag, label)| {
                        let value = attribute(&tag, "name")
                            .map(|name| (name, attribute(&tag, "value").unwrap_or_default()));
                        (visible(&label), value)
                    })
                    .collect();
                Form {
                    action: attribute(&tag, "action").unwrap_or_default(),
                    method: attribute(&tag, "method")
                        .unwrap_or_else(|| "get".to_owned())
                        .to_lowercase(),
                    values,
                    buttons,
                }
            })
            .collect()
    }
}

/// Opening tags of a name.
fn tags(html: &str, name: &str) -> Vec<String> {
    let open = format!("<{name}");
    html.match_indices(&open)
        .filter_map(|(at, _)| {
            let tag = html.get(at..)?;
            let tag = tag.get(..tag.find('>')?)?;
            tag.get(open.len()..)?
                .starts_with([' ', '\n', '/'])
                .then(|| tag.to_owned())
        })
        .collect()
}

/// Elements of a name that do not nest in themselves: opening tag and content.
fn elements(html: &str, name: &str) -> Vec<(String, String)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(&open) {
        rest = rest.get(at..).unwrap_or_default();
        let is_it = rest
            .get(open.len()..)
            .is_some_and(|after| after.starts_with([' ', '>', '\n']));
        let (Some(end), Some(stop)) = (rest.find('>'), rest.find(&close)) else {
            break;
        };
        if is_it && end < stop {
            let tag = rest.get(..end).unwrap_or_default().to_owned();
            found.push((tag, rest.get(end + 1..stop).unwrap_or_default().to_owned()));
            rest = rest.get(stop..).unwrap_or_default();
        } else {
            rest = rest.get(open.len()..).unwrap_or_default();
        }
    }
    found
}

fn visible(html: &str) -> String {
    // A place where a long word may break is no blank.
    let html = html.replace("<wbr>", "").replace("<wbr/>", "");
    let mut text = String::new();
    for (index, part) in html.split('<').enumerate() {
        let shown = if index == 0 {
            part
        } else {
            part.split_once('>').map_or("", |(_, rest)| rest)
        };
        text.push(' ');
        text.push_str(shown);
    }
    unescape(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = tag.get(start..)?;
    Some(unescape(rest.get(..rest.find('"')?)?))
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page {
            url: Url::parse("http://a.test/x").unwrap(),
            status: 200,
            html: html.to_owned(),
            headers: HeaderMap::new(),
        }
    }

    #[test]
    fn a_form_is_read_with_its_hidden_fields_and_the_pressed_button() {
        let page = page(
            "<form method=\"post\" action=\"/go?a=1&amp;b=2\"><input type=\"hidden\" name=\"id\" value=\"7\">\
             <button name=\"who\" value=\"zoe\"><b>Zoë</b> Müller</button><button>Cancel</button></form>",
        );
        let form = page.forms().remove(0).with_button("Müller").unwrap();
        assert_eq!(form.action, "/go?a=1&b=2");
        assert_eq!(form.values.get("id").unwrap(), "7");
        assert_eq!(form.values.get("who").unwrap(), "zoe");
    }

    #[test]
    fn a_refresh_is_followed() {
        let page =
            page("<meta http-equiv=\"refresh\" content=\"0;url=https://b.test/?x=1&amp;y=2\">");
        assert_eq!(page.refresh().unwrap(), "https://b.test/?x=1&y=2");
    }
}
