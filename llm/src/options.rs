//! What is known of a call before its body is read.

/// The wire format of a call. The numbers are those that JavaScript passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenAI Chat Completions, and hosts that imitate them.
    OpenAiChat = 0,
    /// Legacy completions.
    OpenAiCompletions = 1,
    /// OpenAI Responses.
    OpenAiResponses = 2,
    /// Embeddings of OpenAI.
    OpenAiEmbeddings = 3,
    /// Anthropic Messages.
    AnthropicMessages = 4,
    /// Gemini `generateContent`, and its streams.
    Gemini = 5,
    /// Gemini `embedContent`.
    GeminiEmbeddings = 6,
    /// Workers AI, whose models answer in several forms.
    WorkersAi = 7,
    /// Bedrock `converse` and `converse-stream`.
    BedrockConverse = 8,
    /// Bedrock `invoke`, in the form of the model.
    BedrockInvoke = 9,
    /// Ollama `/api/chat`.
    OllamaChat = 10,
    /// Ollama `/api/generate`.
    OllamaGenerate = 11,
    /// Cohere `/v2/chat`.
    CohereChat = 12,
    /// An AI Gateway body of several requests.
    Universal = 13,
}

impl Format {
    const ALL: [Self; 14] = [
        Self::OpenAiChat,
        Self::OpenAiCompletions,
        Self::OpenAiResponses,
        Self::OpenAiEmbeddings,
        Self::AnthropicMessages,
        Self::Gemini,
        Self::GeminiEmbeddings,
        Self::WorkersAi,
        Self::BedrockConverse,
        Self::BedrockInvoke,
        Self::OllamaChat,
        Self::OllamaGenerate,
        Self::CohereChat,
        Self::Universal,
    ];

    /// Returns the format of a number.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(number as usize).copied()
    }
}

/// The parts of [`Given::flags`], whose numbers JavaScript passes.
pub(crate) const RECORD_INPUTS: u32 = 1;
pub(crate) const RECORD_OUTPUTS: u32 = 2;
pub(crate) const KNOWN_HOST: u32 = 4;
pub(crate) const STREAM: u32 = 8;

/// [`Options`] as the boundary has them.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) format: Format,
    /// The system and the model, with a line end between them; nobody checks that they are UTF-8.
    pub(crate) names: Vec<u8>,
    pub(crate) flags: u32,
    pub(crate) media_limit_bytes: usize,
}

impl Given {
    pub(crate) const NOTHING: Self = Self {
        format: Format::OpenAiChat,
        names: Vec::new(),
        flags: 0,
        media_limit_bytes: 0,
    };

    pub(crate) fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

/// What is known of a call before its body is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The wire format.
    pub format: Format,
    /// The value of `gen_ai.system`; empty or `cloudflare` if a prefix of the model may say it.
    pub system: String,
    /// The model, if the path names it.
    pub model: String,
    /// Whether the path asks for a stream.
    pub stream: bool,
    /// Whether the host is known to speak the format. Otherwise the bodies have to show it.
    pub known_host: bool,
    /// Whether messages and tools of the request are recorded.
    pub record_inputs: bool,
    /// Whether the output is recorded.
    pub record_outputs: bool,
    /// Inline media of more bytes than this are replaced by a word about them; at least 512.
    pub media_limit_bytes: usize,
}
