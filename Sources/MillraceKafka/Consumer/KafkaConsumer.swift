import MillraceCRdkafka
import Synchronization

/// A member of a consumer group.
///
/// One thread, the control thread, calls `subscribe`, `poll`, `reader`, `assign`, `reassign`, `close` and `destroy`; the
/// rebalance delegate runs on it. The look-ups, the commits and `interrupt` may be called on any thread. Records come
/// through a `PartitionReader` for each partition, on whatever thread reads it.
package final class KafkaConsumer: @unchecked Sendable {
    let handle: ClientHandle
    private let delegate: any RebalanceDelegate
    private let configuredCooperative: Bool
    private let mainQueue = Mutex(QueueReference())

    // Only the control thread touches these.
    var readers: [TopicPartition: PartitionReader] = [:]
    var retired: [TopicPartition: PartitionReader] = [:]
    /// Set when the consumer leaves: assignments that arrive from then on are refused.
    package private(set) var isClosing = false
    private var isClosed = false

    /// The readers of what is assigned, for the thread in `keepFetching`; nil once the consumer leaves.
    let fetching = Mutex<[PartitionReader]?>([])

    /// Makes a member; it joins when it subscribes.
    /// - Parameters:
    ///   - properties: `bootstrap.servers`, `group.id` and whatever else; they override the defaults.
    ///   - log: receives librdkafka's log lines; without one they go nowhere.
    /// - Throws: what librdkafka says about the properties.
    package init(
        _ properties: KafkaProperties, delegate: any RebalanceDelegate, log: KafkaLogSink? = nil
    ) throws(KafkaError) {
        self.delegate = delegate
        let strategy = properties.effective(for: .consumer)["partition.assignment.strategy"] ?? ""
        configuredCooperative = strategy.contains("cooperative") || properties["group.protocol"] == "consumer"
        handle = try ClientHandle(RD_KAFKA_CONSUMER, properties, for: .consumer, log: log) { configuration in
            rd_kafka_conf_set_rebalance_cb(configuration, consumerRebalance)
            rd_kafka_conf_set_error_cb(configuration, clientError)
        }
        rd_kafka_poll_set_consumer(handle.pointer)
        let queue = QueueReference(pointer: rd_kafka_queue_get_consumer(handle.pointer))
        mainQueue.withLock { $0 = queue }
        handle.context.rebalance.withLock {
            $0 = { [weak self] code, partitions in self?.rebalance(code, partitions) }
        }
    }

    /// Joins the group for these topics.
    package func subscribe(_ topics: [String]) throws(KafkaError) {
        let list = PartitionList(
            topics.map { TopicPartition(topic: $0, partition: MILLRACE_PARTITION_UNASSIGNED) })
        try KafkaError.check(rd_kafka_subscribe(handle.pointer, list.pointer))
    }

    /// Serves the group: the delegate and the completions of asynchronous commits run inside. Waits for something to
    /// happen at most so long, then answers what happened.
    package func poll(milliseconds: Int32) -> [ControlEvent] {
        var events: [ControlEvent] = []
        var wait = milliseconds
        while events.count < 1000, let message = rd_kafka_consumer_poll(handle.pointer, wait) {
            events.append(event(of: message))
            rd_kafka_message_destroy(message)
            wait = 0
        }
        return events + handle.takeErrors().map { event(of: $0) }
    }

    /// Errors of a partition that librdkafka tells to the client as a whole start with the partition's name.
    private func event(of error: KafkaError) -> ControlEvent {
        let partition = readers.keys.first { error.message.hasPrefix("\($0.topic) [\($0.partition)]: ") }
        return partition.map { .partitionError($0, error) } ?? .error(error)
    }

    /// Makes a `poll` that waits return. Any thread.
    package func interrupt() {
        mainQueue.withLock { if let queue = $0.pointer { rd_kafka_queue_yield(queue) } }
    }

    private func event(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> ControlEvent {
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) }
        let name = TopicPartition(topic: topic ?? "", partition: message.pointee.partition)
        guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .strayRecord(name, offset: message.pointee.offset)
        }
        let error = KafkaError(of: message)
        return topic == nil ? .error(error) : .partitionError(name, error)
    }

    /// Whether partitions come and go one by one instead of all at once.
    package var isCooperative: Bool {
        switch rd_kafka_rebalance_protocol(handle.pointer).map({ String(cString: $0) }) {
        case "COOPERATIVE": true
        case "EAGER": false
        default: configuredCooperative
        }
    }

    /// The name that the group gave this member; nil before it joined.
    package var memberID: String? {
        guard let text = rd_kafka_memberid(handle.pointer) else { return nil }
        defer { rd_kafka_mem_free(handle.pointer, text) }
        let name = String(cString: text)
        return name.isEmpty ? nil : name
    }

    /// The error after which this consumer is unusable.
    package var fatalError: KafkaError? { handle.fatalError }

    /// Leaves the group: the delegate's `revoked` runs inside for what is still owned. Then every queue is read empty
    /// and given up. Waits up to 5 s more when a rebalance is under way.
    /// - Parameter milliseconds: when to give up; librdkafka waits for ever for the answer to a commit that it could not
    ///   send.
    /// - Returns: whether it left. If not, the client stays as it is, and the process has to end without `destroy`.
    @discardableResult package func close(timeoutMilliseconds milliseconds: Int32 = 15_000) -> Bool {
        guard !isClosing else { return isClosed }
        isClosing = true
        mainQueue.withLock { $0.drop() }
        fetching.withLock { $0 = nil }
        isClosed = leave(remaining: ContinuousClock.now + .milliseconds(Int(milliseconds)))
        for reader in readers.values { reader.release() }
        for reader in retired.values { reader.release() }
        readers = [:]
        retired = [:]
        if !isClosed { handle.abandon() }
        return isClosed
    }

    deinit {
        // Only for one that was never closed; its group notices when the session is over.
        mainQueue.withLock { $0.drop() }
        for reader in readers.values { reader.release() }
        for reader in retired.values { reader.release() }
    }

    private func leave(remaining deadline: ContinuousClock.Instant) -> Bool {
        guard let queue = rd_kafka_queue_new(handle.pointer) else { return false }
        defer { rd_kafka_queue_destroy(queue) }
        if let error = rd_kafka_consumer_close_queue(handle.pointer, queue) {
            // After a fatal error there is nothing left to leave.
            rd_kafka_error_destroy(error)
            return true
        }
        while rd_kafka_consumer_closed(handle.pointer) == 0 {
            let rest = remainingMilliseconds(until: deadline)
            guard rest > 0 else { return false }
            // Rebalances and the answers to commits arrive here from now on, as callbacks.
            _ = rd_kafka_queue_poll_callback(queue, min(rest, 100))
        }
        return true
    }

    /// Ends the client after `close`.
    /// - Returns: false when it did not leave its group, or while messages of it are still held by somebody: it would
    ///   wait for them for ever. The process may end all the same.
    package func destroy() -> Bool {
        close()
        guard isClosed, handle.destroy() else { return false }
        for completion in handle.context.commits.withLock({ $0.takeAll() }) {
            completion(KafkaError(RD_KAFKA_RESP_ERR__DESTROY))
        }
        return true
    }

    /// What the group wants, told by librdkafka inside `poll` and `close`.
    func rebalance(_ code: rd_kafka_resp_err_t, _ partitions: [TopicPartition]) {
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: assigned(partitions)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            revoke(partitions, lost: rd_kafka_assignment_lost(handle.pointer) != 0)
        default:
            handle.context.append(KafkaError(code))
            revoke(Array(readers.keys), lost: true)
        }
    }

    private func assigned(_ partitions: [TopicPartition]) {
        guard !isClosing else {
            rd_kafka_assign(handle.pointer, nil)
            return
        }
        // An eager assignment may come without a revocation before it. What is still owned then had another epoch.
        let stale = isCooperative ? partitions.filter { readers[$0] != nil } : Array(readers.keys)
        if !stale.isEmpty {
            delegate.revoked(stale, lost: true, consumer: self)
            retire(stale)
        }
        delegate.assigned(partitions, consumer: self)
    }

    private func revoke(_ partitions: [TopicPartition], lost: Bool) {
        delegate.revoked(partitions, lost: lost, consumer: self)
        // Read once more what the delegate should have stopped: after this nobody else touches the queues.
        for partition in partitions { readers[partition]?.stop() }
        unassign(partitions)
        for partition in partitions { readers[partition]?.discard() }
        retire(partitions)
    }

    /// Keeps a reader's queue until the partition comes again or the consumer closes: destroying a client hangs when a
    /// deleted topic's queue was not read empty after closing.
    private func retire(_ partitions: [TopicPartition]) {
        for partition in partitions {
            guard let reader = readers.removeValue(forKey: partition) else { continue }
            reader.stop()
            reader.silence()
            retired[partition] = reader
        }
        shareReaders()
    }

    /// Tells the thread in `keepFetching` of the readers.
    func shareReaders() {
        let current = Array(readers.values)
        fetching.withLock { if $0 != nil { $0 = current } }
    }

    private func unassign(_ partitions: [TopicPartition]) {
        guard isCooperative, !isClosing else {
            rd_kafka_assign(handle.pointer, nil)
            return
        }
        let list = PartitionList(partitions)
        if let error = rd_kafka_incremental_unassign(handle.pointer, list.pointer) { rd_kafka_error_destroy(error) }
    }
}

/// A counted reference to a queue of librdkafka.
struct QueueReference: @unchecked Sendable {
    private(set) var pointer: OpaquePointer?

    /// Gives the reference up.
    mutating func drop() {
        if let pointer { rd_kafka_queue_destroy(pointer) }
        pointer = nil
    }
}

private func consumerRebalance(
    _ client: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let partitions, let context = ClientHandle.Context.of(opaque) else { return }
    let names = PartitionList.elements(of: partitions).map { $0.name }
    context.rebalance.withLock { $0 }?(code, names)
}
