//! Where spans go, and what a buffer may hold.

use crate::buffer::Limits;

const CLOUD: &str = "https://api.lmnr.ai";
#[cfg(any(feature = "reqwest", feature = "worker"))]
const BUDGET_MS: f64 = 10_000.0;
/// A Worker has 30 s after its answer; the rest is for its other work.
#[cfg(any(feature = "reqwest", feature = "worker"))]
const MAX_BUDGET_MS: f64 = 25_000.0;

/// The options of `Laminar::new`.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) project_api_key: String,
    pub(crate) base_url: String,
    pub(crate) limits: Limits,
    #[cfg(any(feature = "reqwest", feature = "worker"))]
    pub(crate) budget_ms: f64,
    #[cfg(feature = "redact")]
    pub(crate) redaction: laminar_edge_redact::Rules,
}

impl Options {
    /// Sends to Laminar's cloud with this key. A key for ingestion only is enough; with an empty one no
    /// `Authorization` is sent, for a proxy that adds it.
    pub fn new(project_api_key: impl Into<String>) -> Self {
        Self {
            project_api_key: project_api_key.into(),
            base_url: CLOUD.to_owned(),
            limits: Limits::default(),
            #[cfg(any(feature = "reqwest", feature = "worker"))]
            budget_ms: BUDGET_MS,
            #[cfg(feature = "redact")]
            redaction: laminar_edge_redact::Rules {
                detectors: laminar_edge_redact::Detectors::SECRETS,
                ..Default::default()
            },
        }
    }

    /// Sends to another server: scheme, host, and a port or path if it has one. Without a scheme it is
    /// `https`.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Changes what the buffer may hold and how large a request may be.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Changes what is replaced before a span is encoded; by default secrets are. Where secrets
    /// are replaced, so is the project key, if it has at least 8 bytes.
    ///
    /// ```
    /// use laminar_edge::program::Options;
    /// use laminar_edge::redact::{Detectors, Rules};
    ///
    /// # let key = "project key";
    /// let options = Options::new(key).redaction(Rules {
    ///     detectors: Detectors::SECRETS.with(Detectors::PERSONAL),
    ///     names: vec!["diagnosis".into()],
    ///     ..Rules::default()
    /// });
    /// ```
    #[cfg(feature = "redact")]
    #[must_use]
    pub fn redaction(mut self, rules: laminar_edge_redact::Rules) -> Self {
        self.redaction = rules;
        self
    }

    /// Returns the rules with the project's own key among the secrets.
    #[cfg(feature = "redact")]
    pub(crate) fn rules(&self) -> laminar_edge_redact::Rules {
        let mut rules = self.redaction.clone();
        if rules.detectors.has(laminar_edge_redact::Detectors::SECRETS) {
            rules.secrets.insert(0, self.project_api_key.clone());
        }
        rules
    }

    #[cfg(any(feature = "reqwest", feature = "worker"))]
    /// Changes how long a flush tries, in milliseconds: 10 000 by default, and at most 25 000.
    #[must_use]
    pub fn budget_ms(mut self, budget_ms: u32) -> Self {
        self.budget_ms = f64::from(budget_ms).clamp(1.0, MAX_BUDGET_MS);
        self
    }

    /// Returns the full URL of the traces endpoint.
    pub(crate) fn url(&self) -> String {
        let base = self.base_url.trim().trim_end_matches('/');
        if base.contains("://") {
            format!("{base}/v1/traces")
        } else {
            format!("https://{base}/v1/traces")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        let url = |base: &str| Options::new("").base_url(base).url();
        assert_eq!(Options::new("").url(), "https://api.lmnr.ai/v1/traces");
        assert_eq!(url("http://h:1/x//"), "http://h:1/x/v1/traces");
        assert_eq!(
            url(" laminar.internal "),
            "https://laminar.internal/v1/traces"
        );
    }
}
