import MillraceCRdkafka
import Synchronization

/// Receives librdkafka's log lines: level as in syslog (3 error, 4 warning, 6 information, 7 debug), facility, text.
/// Called on any thread, librdkafka's own included.
package typealias KafkaLogSink = @Sendable (_ level: Int, _ facility: String, _ message: String) -> Void

/// Owns a `rd_kafka_t`, the context of its callbacks, and the count of what must be gone before it.
final class ClientHandle: @unchecked Sendable {
    /// What the callbacks reach through the client's opaque pointer.
    final class Context: Sendable {
        let log: KafkaLogSink?
        let requestLog: RequestLog?
        let errors = Mutex<[KafkaError]>([])
        let rebalance = Mutex<(@Sendable (rd_kafka_resp_err_t, [TopicPartition]) -> Void)?>(nil)
        let commits = Mutex(PendingCommits())

        /// Asynchronous commits without an answer, by number.
        struct PendingCommits: Sendable {
            typealias Completion = @Sendable (KafkaError?) -> Void
            private var completions: [Int: Completion] = [:]
            private var last = 0

            mutating func add(_ completion: @escaping Completion) -> Int {
                last += 1
                completions[last] = completion
                return last
            }

            mutating func take(_ number: Int) -> Completion? { completions.removeValue(forKey: number) }

            mutating func takeAll() -> [Completion] {
                defer { completions = [:] }
                return Array(completions.values)
            }
        }

        init(log: KafkaLogSink?, requestLog: RequestLog?) {
            self.log = log
            self.requestLog = requestLog
        }
    }

    let pointer: OpaquePointer
    let context: Context
    /// Batches that hold messages of this client. While there are any, destroying it would hang.
    let liveBatches = Atomic<Int>(0)
    private enum Life: UInt8, AtomicRepresentable { case used, destroyed, abandoned }
    private let life = Atomic<Life>(.used)

    init(
        _ type: rd_kafka_type_t, _ properties: KafkaProperties, for purpose: ClientPurpose, log: KafkaLogSink?,
        configure: (OpaquePointer?) -> Void = { _ in }
    ) throws(KafkaError) {
        var configuration = try ClientConfiguration(properties, for: purpose)
        context = Context(log: log, requestLog: RequestLog.log(for: properties))
        let opaque = Unmanaged.passRetained(context)
        rd_kafka_conf_set_opaque(configuration.pointer, opaque.toOpaque())
        rd_kafka_conf_set_log_cb(configuration.pointer, log == nil ? nil : clientLog)
        configure(configuration.pointer)
        context.requestLog?.attach(to: configuration)
        do {
            pointer = try configuration.makeClient(type)
        } catch {
            opaque.release()
            throw error
        }
    }

    /// Ends the client, unless messages of it are still held: then the answer is false, because librdkafka would wait
    /// for them for ever. The last one that is let go ends the client if nobody else holds it.
    func destroy() -> Bool {
        guard liveBatches.load(ordering: .acquiring) == 0 else { return false }
        switch life.compareExchange(expected: .used, desired: .destroyed, ordering: .acquiringAndReleasing).original {
        case .used:
            rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            Unmanaged.passUnretained(context).release()
            return true
        case .destroyed: return true
        case .abandoned: return false
        }
    }

    /// Leaves the client as it is until the process ends.
    func abandon() {
        _ = life.compareExchange(expected: .used, desired: .abandoned, ordering: .acquiringAndReleasing)
    }

    deinit { _ = destroy() }

    /// The error after which the client is unusable.
    var fatalError: KafkaError? {
        let outcome = withReason { rd_kafka_fatal_error(pointer, $0, $1) }
        guard outcome.result != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code: outcome.result.rawValue, message: outcome.reason, isFatal: true)
    }

    /// Errors reported since the last call.
    func takeErrors() -> [KafkaError] {
        context.errors.withLock { errors in
            defer { errors = [] }
            return errors
        }
    }
}

extension ClientHandle.Context {
    /// Keeps an error until it is taken; of many the first ones, which are the cause of the others.
    func append(_ error: KafkaError) {
        errors.withLock { if $0.count < 1000 { $0.append(error) } }
    }

    static func of(_ opaque: UnsafeMutableRawPointer?) -> ClientHandle.Context? {
        opaque.map { Unmanaged<ClientHandle.Context>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func clientLog(
    _ client: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
) {
    guard let client, let facility, let text else { return }
    ClientHandle.Context.of(rd_kafka_opaque(client))?.log?(
        Int(level), String(cString: facility), String(cString: text))
}

/// Collects errors; librdkafka 2.0.2 may call it on the thread that reads a partition's queue.
func clientError(
    _ client: OpaquePointer?, _ code: Int32, _ text: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) {
    let error = KafkaError(code: code, message: text.map { String(cString: $0) })
    ClientHandle.Context.of(opaque)?.append(error)
}
