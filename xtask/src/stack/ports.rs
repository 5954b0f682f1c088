//! The loopback addresses of one stack.

use anyhow::Result;

use crate::process::net;

/// One port per part.
#[derive(Debug, Clone)]
pub struct Ports {
    /// The portal.
    pub portal: u16,
    /// The stand-in for SuperOffice.
    pub superoffice: u16,
    /// The stand-in for Microsoft.
    pub microsoft: u16,
    /// The stand-in for Exchange.
    pub exchange: u16,
    /// The stand-in for Google.
    pub google: u16,
    /// The mail catcher's SMTP side.
    pub smtp: u16,
    /// The mail catcher's web inbox and control API.
    pub inbox: u16,
    /// Radicale.
    pub radicale: u16,
}

impl Ports {
    /// Ports that are easy to remember, or the next free ones.
    ///
    /// # Errors
    /// When none is free.
    pub fn memorable() -> Result<Self> {
        let portal = net::free_port(8080)?;
        let superoffice = net::free_port(portal.max(8080) + 1)?;
        let microsoft = net::free_port(superoffice + 1)?;
        let inbox = net::free_port(microsoft + 1)?;
        let exchange = net::free_port(inbox + 1)?;
        Ok(Self {
            portal,
            superoffice,
            microsoft,
            exchange,
            google: net::free_port(exchange + 1)?,
            smtp: net::free_port(2525)?,
            inbox,
            radicale: net::free_port(5232)?,
        })
    }

    /// Any free ports.
    ///
    /// # Errors
    /// When none is free.
    pub fn any() -> Result<Self> {
        Ok(Self {
            portal: net::free_port(0)?,
            superoffice: net::free_port(0)?,
            microsoft: net::free_port(0)?,
            exchange: net::free_port(0)?,
            google: net::free_port(0)?,
            smtp: net::free_port(0)?,
            inbox: net::free_port(0)?,
            radicale: net::free_port(0)?,
        })
    }

    /// The portal's public address. `localhost`, while the stand-ins are `127.0.0.1`: another
    /// site to the browser.
    pub fn portal_url(&self) -> String {
        format!("http://localhost:{}", self.portal)
    }
}
