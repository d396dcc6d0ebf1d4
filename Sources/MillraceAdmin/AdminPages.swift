import Millrace

/// Which page answers which request. Knows nothing of sockets.
struct AdminPages: Sendable {
    let health: HealthObserver
    let metrics: MetricsObserver

    /// Answers a request: 404 for a path that there is not, 405 for a method other than GET and HEAD.
    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let page: () -> HTTPResponse
        let json = request.prefersJSON
        switch request.path {
        case "/": page = { .text(200, Self.index) }
        case "/livez": page = { HealthPage(name: "live", problems: health.liveness()).response(json: json) }
        case "/readyz": page = { HealthPage(name: "ready", problems: health.readiness()).response(json: json) }
        case "/metrics":
            page = {
                HTTPResponse(status: 200, mediaType: PrometheusText.mediaType, body: metrics.prometheusText())
            }
        case "/partitions": page = { PartitionPage(partitions: metrics.partitions()).response(json: json) }
        default: return .text(404, "not found: \(Self.paths)\n")
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = HTTPResponse.text(405, "only GET and HEAD\n")
            response.headers.append(("Allow", "GET, HEAD"))
            return response
        }
        return page()
    }

    private static let paths = "there are /, /livez, /readyz, /metrics and /partitions"

    private static let index = """
        Millrace \(MillraceVersion.current)

        /livez       whether a restart could help: 200 no, 503 yes, with the reasons
        /readyz      whether the worker does all of its work: 200 or 503, with the reasons
        /metrics     metrics for Prometheus
        /partitions  what became of every record, by partition

        /livez, /readyz and /partitions answer in JSON to "Accept: application/json".

        """
}

extension HTTPRequest {
    /// Whether JSON is asked for by name.
    fileprivate var prefersJSON: Bool {
        guard let accept else { return false }
        return accept.split(separator: ",").contains { range in
            let mediaType = range.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }
            return mediaType.lowercased() == "application/json"
        }
    }
}
