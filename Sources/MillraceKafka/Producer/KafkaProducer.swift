import MillraceCRdkafka
import Synchronization

/// Sends records. Calls never wait, but for those that say so. Every method may be called on any thread; the reports are
/// taken by one.
package final class KafkaProducer: @unchecked Sendable {
    private let handle: ClientHandle
    private let signal: QueueSignal?
    private let events: Mutex<QueueReference>

    /// Makes a producer.
    /// - Parameters:
    ///   - properties: `bootstrap.servers` and whatever else; they override the purpose's defaults.
    ///   - purpose: `.producer`, or `.letterProducer` for records that may not be lost.
    ///   - wake: is woken when reports or errors arrive where there were none.
    ///   - log: receives librdkafka's log lines; without one they go nowhere.
    /// - Throws: what librdkafka says about the properties.
    package init(
        _ properties: KafkaProperties, for purpose: ClientPurpose = .producer, wake: WakeTarget? = nil,
        log: KafkaLogSink? = nil
    ) throws(KafkaError) {
        handle = try ClientHandle(RD_KAFKA_PRODUCER, properties, for: purpose, log: log) { configuration in
            rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        }
        signal = wake.map { QueueSignal($0) }
        events = Mutex(QueueReference(pointer: rd_kafka_queue_get_main(handle.pointer)))
        if let signal {
            events.withLock {
                rd_kafka_queue_cb_event_enable(
                    $0.pointer, queueSignalled, Unmanaged.passUnretained(signal).toOpaque())
            }
        }
    }

    /// A topic's partitions once each has a leader; nil where it does not exist. Blocks. Before the first record of a
    /// topic: else its records wait for this look-up one round of the broker's time after the other.
    ///
    /// Asking as a producer makes a missing topic where the broker is set to make topics on first use.
    package func lookUp(_ topic: String, timeoutMilliseconds: Int32) throws(KafkaError) -> Int? {
        try handle.readyTopic(topic, timeoutMilliseconds: timeoutMilliseconds)?.leaders.count
    }

    /// Queues a record; a report with the token follows.
    /// - Parameters:
    ///   - partition: nil lets the partitioner choose by key.
    ///   - key: nil is null, which an empty key is not.
    ///   - value: nil is null, which an empty value is not.
    ///   - headers: belong to the record when this returns, and to the caller still when it throws.
    ///   - timestamp: milliseconds since 1970. librdkafka sends the present time for nil and for 0: see
    ///     `keepsTimestamp`.
    ///   - copy: false leaves the value in the caller's memory until its report, or until `destroy`
    ///     returned. The key is always copied.
    /// - Throws: nothing was queued and no report follows; `isQueueFull` says that there is no room at the moment.
    package func send(
        topic: String, partition: Int32? = nil, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: HeaderList? = nil, timestamp: Int64? = nil, token: UInt64 = 0, copy: Bool = true
    ) throws(KafkaError) {
        let outcome = withReason { reason, size in
            // An empty buffer may have no address, which would be null. A static address outlives the record.
            millrace_produce(
                handle.pointer, topic, partition ?? MILLRACE_PARTITION_UNASSIGNED, copy ? 1 : 0,
                key.map { $0.baseAddress ?? millrace_nothing() }, key?.count ?? 0,
                value.map { $0.baseAddress ?? millrace_nothing() }, value?.count ?? 0, timestamp ?? 0,
                headers?.pointer, UnsafeMutableRawPointer(bitPattern: UInt(token)), reason, size)
        }
        guard outcome.result == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(outcome.result, message: outcome.reason)
        }
        headers?.handOver()
    }

    /// Whether a record can be sent with this timestamp; 0, the first millisecond of 1970, becomes the present time.
    package static func keepsTimestamp(_ timestamp: Int64) -> Bool { timestamp != 0 }

    /// Takes the reports that are there, without waiting, and answers how many. The body may send.
    package func reports(_ body: (DeliveryReport) -> Void) -> Int { serve(waiting: 0, body) }

    /// Whether reports or errors arrived since the last call where there were none.
    package func takeSignal() -> Bool { signal?.take() ?? false }

    /// Errors since the last call; those of single records are in their reports.
    package func takeErrors() -> [KafkaError] { handle.takeErrors() }

    /// Sends what is queued and takes the reports until none is outstanding or the time is over.
    /// - Returns: whether none is outstanding.
    package func flush(milliseconds: Int32, _ body: (DeliveryReport) -> Void = { _ in }) -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(Int(milliseconds))
        repeat {
            // Ends `linger.ms` for what is queued; the reports are counted until they were taken.
            _ = rd_kafka_flush(handle.pointer, 1)
            while serve(waiting: 0, body) > 0 {}
            if outstanding == 0 { return true }
            _ = serve(waiting: min(10, remainingMilliseconds(until: deadline)), body)
        } while outstanding > 0 && remainingMilliseconds(until: deadline) > 0
        return outstanding == 0
    }

    /// Records that were queued and whose report was not taken yet.
    package var outstanding: Int { Int(rd_kafka_outq_len(handle.pointer)) }

    /// The error after which this producer is unusable: make another one, and send again what has no report without an
    /// error.
    package var fatalError: KafkaError? { handle.fatalError }

    /// Ends the producer. What is outstanding is given up, without reports; its memory is no longer read after this.
    package func destroy() {
        events.withLock { events in
            guard let queue = events.pointer else { return }
            rd_kafka_queue_cb_event_enable(queue, nil, nil)
            events.drop()
        }
        _ = handle.destroy()
    }

    deinit { destroy() }

    /// Puts the producer into the state after a fatal error; for tests.
    package func raiseFatalError(_ code: Int32, reason: String) {
        rd_kafka_test_fatal_error(handle.pointer, rd_kafka_resp_err_t(rawValue: code), reason)
    }

    private func serve(waiting milliseconds: Int32, _ body: (DeliveryReport) -> Void) -> Int {
        // Counted for the caller's turn, so that another thread may destroy the queue in between.
        var count = 0
        var wait = milliseconds
        while let event = nextEvent(wait) {
            wait = 0
            defer { rd_kafka_event_destroy(event) }
            switch rd_kafka_event_type(event) {
            case RD_KAFKA_EVENT_DR:
                while let message = rd_kafka_event_message_next(event) {
                    count += 1
                    body(report(message))
                }
            case RD_KAFKA_EVENT_ERROR:
                let words = rd_kafka_event_error_string(event).map { String(cString: $0) }
                let error = KafkaError(rd_kafka_event_error(event), message: words)
                handle.context.append(error)
            default: break
            }
        }
        return count
    }

    private func report(_ message: UnsafePointer<rd_kafka_message_t>) -> DeliveryReport {
        var error: KafkaError?
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR: break
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
            // What ended the producer is the cause, not that its queue was emptied then.
            error = fatalError ?? KafkaError(message.pointee.err)
        default: error = KafkaError(message.pointee.err)
        }
        return DeliveryReport(message.pointee, error: error, status: rd_kafka_message_status(message))
    }

    private func nextEvent(_ milliseconds: Int32) -> OpaquePointer? {
        events.withLock { $0.pointer.flatMap { rd_kafka_queue_poll($0, milliseconds) } }
    }
}

extension KafkaError {
    /// Whether a producer had no room: take reports, then send again.
    package var isQueueFull: Bool { code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }

    /// Whether a record, or the batch that it was in, is larger than the client or the topic allows.
    package var isTooLarge: Bool {
        code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE.rawValue
            || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE.rawValue
    }
}

extension DeliveryReport {
    init(_ message: rd_kafka_message_t, error: KafkaError?, status: rd_kafka_msg_status_t) {
        token = UInt64(UInt(bitPattern: message._private))
        self.error = error
        partition = message.partition
        offset = message.offset
        persistence =
            switch status {
            case RD_KAFKA_MSG_STATUS_PERSISTED: .yes
            case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED: .possibly
            default: .no
            }
    }
}
