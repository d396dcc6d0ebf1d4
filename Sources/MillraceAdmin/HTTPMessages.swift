/// What a client asks for. Bodies are not read.
struct HTTPRequest: Sendable {
    /// In capitals, as it came.
    var method: String
    /// As it was sent, without the query.
    var path: String
    /// The `Accept` header; nil when there is none.
    var accept: String?
}

/// What it is answered.
struct HTTPResponse: Sendable {
    var status: Int
    var mediaType: String
    var body: [UInt8]
    /// Headers beside the length and those that every answer has.
    var headers: [(name: String, value: String)] = []

    static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, mediaType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    static func json(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, mediaType: "application/json", body: body)
    }
}
