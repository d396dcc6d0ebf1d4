import MillraceCRdkafka
import Synchronization

/// Records each request that a client sends, as seen where it goes to the socket. For tests.
package final class RequestLog: Sendable {
    /// One request.
    package struct Entry: Sendable, Hashable {
        /// What is asked, by the number of the Kafka protocol: 0 produce, 1 fetch, 8 commit, 13 leave.
        package var apiKey: Int16
        /// The broker's number, negative before it is known.
        package var broker: Int32
        /// When it was sent.
        package var instant: ContinuousClock.Instant
        /// The size of the request in bytes.
        package var bytes: Int
    }

    /// The number of the produce request.
    package static let produce: Int16 = 0
    /// The number of the offset commit request.
    package static let offsetCommit: Int16 = 8

    private static let watches = Mutex<[String: RequestLog]>([:])

    /// Records each client that is made from now on with this `client.id`, wherever that happens, until `unwatch`.
    package static func watch(clientID: String) -> RequestLog {
        watches.withLock { watches in
            let log = RequestLog()
            watches[clientID] = log
            return log
        }
    }

    /// Ends `watch` for clients that are made later.
    package static func unwatch(clientID: String) { watches.withLock { _ = $0.removeValue(forKey: clientID) } }

    /// The log that a client with these properties writes, if any.
    static func log(for properties: KafkaProperties) -> RequestLog? {
        properties.requestLog ?? properties["client.id"].flatMap { id in watches.withLock { $0[id] } }
    }

    private let recorded = Mutex<[Entry]>([])

    /// An empty log.
    package init() {}

    /// All requests so far, in order.
    package var entries: [Entry] { recorded.withLock { $0 } }

    /// How many requests of a kind were sent.
    package func count(of apiKey: Int16) -> Int { recorded.withLock { $0.count { $0.apiKey == apiKey } } }

    fileprivate func record(_ entry: Entry) { recorded.withLock { $0.append(entry) } }

    /// Adds the log to a client to be; the log has to outlive the client.
    func attach(to configuration: borrowing ClientConfiguration) {
        rd_kafka_conf_interceptor_add_on_new(
            configuration.pointer, "millrace-request-log", requestLogOnNew, Unmanaged.passUnretained(self).toOpaque())
    }
}

private func requestLogOnNew(
    _ client: OpaquePointer?, _ configuration: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?,
    _ reason: UnsafeMutablePointer<CChar>?, _ reasonSize: Int
) -> rd_kafka_resp_err_t {
    rd_kafka_interceptor_add_on_request_sent(client, "millrace-request-log", requestLogOnRequestSent, opaque)
}

private func requestLogOnRequestSent(
    _ client: OpaquePointer?, _ socket: Int32, _ brokerName: UnsafePointer<CChar>?, _ broker: Int32,
    _ apiKey: Int16, _ apiVersion: Int16, _ correlation: Int32, _ size: Int, _ opaque: UnsafeMutableRawPointer?
) -> rd_kafka_resp_err_t {
    guard let opaque else { return RD_KAFKA_RESP_ERR_NO_ERROR }
    Unmanaged<RequestLog>.fromOpaque(opaque).takeUnretainedValue()
        .record(RequestLog.Entry(apiKey: apiKey, broker: broker, instant: .now, bytes: size))
    return RD_KAFKA_RESP_ERR_NO_ERROR
}
