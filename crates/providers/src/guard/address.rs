//! Which addresses may be connected to. Public unicast may; everything that the
//! special-purpose registries (RFC 6890 and its updates) set aside may not, also when it
//! hides inside an IPv6 form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

/// Whether connecting is forbidden. `allow` lifts that for private networks, never for
/// link-local and metadata addresses. An IPv6 form of an IPv4 address (mapped,
/// compatible, 6to4, NAT64) is judged by the IPv4 address, and `allow` may name either.
#[must_use]
pub fn is_forbidden(ip: IpAddr, allow: &[IpNet]) -> bool {
    let inner = match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(ip) => embedded(ip).map(IpAddr::V4),
    };
    let is_listed = |ip: &IpAddr| allow.iter().any(|net| net.contains(ip));
    let judged = inner.unwrap_or(ip);
    if is_never(judged) || is_never(ip) {
        return true;
    }
    (is_special(judged) || is_own_nat64(ip)) && !is_listed(&ip) && !is_listed(&judged)
}

/// The IPv4 address that an IPv6 address leads to.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let of = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(w, x, y, z)
    };
    match (a, b, c, d, e, f) {
        // ::ffff:0:0/96 mapped, RFC 4291 §2.5.5.2.
        (0, 0, 0, 0, 0, 0xffff) => Some(of(g, h)),
        // ::/96 compatible, RFC 4291 §2.5.5.1; :: and ::1 are not of this kind.
        (0, 0, 0, 0, 0, 0) if (g, h) != (0, 0) && (g, h) != (0, 1) => Some(of(g, h)),
        // ::ffff:0:0:0/96 translated, RFC 2765 §2.1.
        (0, 0, 0, 0, 0xffff, 0) => Some(of(g, h)),
        // 64:ff9b::/96 NAT64, RFC 6052 §2.1.
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(of(g, h)),
        // 64:ff9b:1::/48 NAT64 of one's own network, RFC 8215; as /96, which is its form in use.
        (0x64, 0xff9b, 1, _, _, _) => Some(of(g, h)),
        // 2002::/16 6to4, RFC 3056 §2.
        (0x2002, _, _, _, _, _) => Some(of(b, c)),
        _ => None,
    }
}

/// 64:ff9b:1::/48 is translated inside one's own network: also a public address goes through it.
fn is_own_nat64(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if matches!(ip.segments(), [0x64, 0xff9b, 1, ..]))
}

/// Link-local, and where clouds serve their machines' credentials.
fn is_never(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_link_local()
                // Alibaba, Oracle, Azure.
                || ip == Ipv4Addr::new(100, 100, 100, 200)
                || ip == Ipv4Addr::new(192, 0, 0, 192)
                || ip == Ipv4Addr::new(168, 63, 129, 16)
        }
        IpAddr::V6(ip) => {
            ip.is_unicast_link_local()
                // Amazon and Google.
                || ip == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
                || ip == Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)
        }
    }
}

/// IPv4 networks that are not public.
const SPECIAL: [Ipv4Net; 14] = [
    net(0, 0, 0, 8),
    net(10, 0, 0, 8),
    net(100, 64, 0, 10),
    net(127, 0, 0, 8),
    net(169, 254, 0, 16),
    net(172, 16, 0, 12),
    net(192, 0, 0, 24),
    net(192, 0, 2, 24),
    net(192, 88, 99, 24),
    net(192, 168, 0, 16),
    net(198, 18, 0, 15),
    net(198, 51, 100, 24),
    net(203, 0, 113, 24),
    // Multicast, reserved and broadcast.
    net(224, 0, 0, 3),
];

const fn net(a: u8, b: u8, c: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), length)
}

fn is_special(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => SPECIAL.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => {
            let [a, b, ..] = ip.segments();
            // Global unicast is 2000::/3; loopback, unique-local, multicast, discard,
            // local NAT64 and the rest lie outside.
            (a & 0xe000) != 0x2000
                // 2001::/23 protocol assignments with Teredo and ORCHID.
                || (a == 0x2001 && b < 0x200)
                // 2001:db8::/32 and 3fff::/20 documentation.
                || (a == 0x2001 && b == 0xdb8)
                || (a == 0x3fff && b < 0x1000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbidden(ip: &str, allow: &[&str]) -> bool {
        let allow: Vec<IpNet> = allow.iter().map(|net| net.parse().unwrap()).collect();
        is_forbidden(ip.parse().unwrap(), &allow)
    }

    #[test]
    fn addresses_that_are_not_public_are_forbidden() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.7",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "64:ff9b:1::1.1.1.1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(forbidden(ip, &[]), "{ip}");
        }
    }

    #[test]
    fn public_addresses_are_fine_in_every_form() {
        for ip in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(!forbidden(ip, &[]), "{ip}");
        }
    }

    #[test]
    fn a_listed_network_is_allowed_in_every_form() {
        for (ip, net) in [
            ("127.0.0.1", "127.0.0.0/8"),
            ("10.1.2.3", "10.1.0.0/16"),
            ("::ffff:10.1.2.3", "10.1.0.0/16"),
            ("64:ff9b::10.1.2.3", "10.1.0.0/16"),
            ("::ffff:10.1.2.3", "::ffff:10.1.0.0/112"),
            ("::1", "::1/128"),
            ("fd12::5", "fd12::/16"),
        ] {
            assert!(!forbidden(ip, &[net]), "{ip} in {net}");
        }
        assert!(forbidden("10.2.0.1", &["10.1.0.0/16"]));
        assert!(forbidden("::1", &["127.0.0.0/8"]));
    }

    #[test]
    fn link_local_and_metadata_are_never_allowed() {
        let all = ["0.0.0.0/0", "::/0"];
        for ip in [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::169.254.169.254",
            "2002:a9fe:a9fe::",
            "fe80::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "100.100.100.200",
            "168.63.129.16",
        ] {
            assert!(forbidden(ip, &all), "{ip}");
        }
    }
}
