import MillraceCRdkafka
import Synchronization

/// What a read found.
package enum ReadOutcome: Sendable, Equatable {
    /// The epoch is over; nothing was read and nothing will be.
    case stopped
    /// So many messages; fewer than asked for mean that the queue is empty.
    case read(Int)
}

/// Reads one partition's queue during one assignment of it, an epoch.
///
/// librdkafka has one queue a partition for all epochs, so a reader that came late would take the records of the next
/// one: a read happens under a lock together with the check that the epoch is not over.
package final class PartitionReader: @unchecked Sendable {
    /// The partition.
    package let topicPartition: TopicPartition
    private let client: ClientHandle
    private let signal: QueueSignal
    private let state: Mutex<State>
    /// For the thread in `keepFetching`.
    let fetchWatch = FetchWatch()

    // The queue is used under the lock only.
    private struct State: @unchecked Sendable {
        var queue: QueueReference
        var isStopped = false
    }

    init(_ partition: TopicPartition, queue: OpaquePointer, client: ClientHandle, wake: WakeTarget) {
        topicPartition = partition
        self.client = client
        signal = QueueSignal(wake)
        state = Mutex(State(queue: QueueReference(pointer: queue)))
        // In this order, and before the partition is assigned: later ones would leave records to the consumer's queue,
        // and lose the event of the first ones.
        rd_kafka_queue_forward(queue, nil)
        rd_kafka_queue_cb_event_enable(queue, queueSignalled, Unmanaged.passUnretained(signal).toOpaque())
    }

    /// Takes what is there, up to `max` messages, without waiting. The batch has to be empty. Never called by two
    /// threads with the same batch.
    package func read(into batch: MessageBatch, max: Int) -> ReadOutcome {
        state.withLock { state in
            guard !state.isStopped, let queue = state.queue.pointer else { return .stopped }
            let count = batch.fill(from: queue, max: max, client: client)
            if count > 0 { fetchWatch.read(toEnd: batch.endsThePartition) }
            return .read(count)
        }
    }

    /// Whether records arrived on the empty queue, or the partition was assigned, since the last call. Whoever gets true
    /// reads until a read yields less than it asked for.
    package func takeSignal() -> Bool { signal.take() }

    /// Ends the epoch. Waits for a read under way and for nothing else; after it no read succeeds. Any thread.
    package func stop() { state.withLock { $0.isStopped = true } }

    /// Reads the queue empty and destroys the messages. Control thread, after the partition was unassigned.
    package func discard() {
        let batch = MessageBatch(capacity: 512)
        state.withLock { state in
            state.isStopped = true
            guard let queue = state.queue.pointer else { return }
            while batch.fill(from: queue, max: batch.capacity, client: client) > 0 { batch.destroyAll() }
        }
    }

    /// Reads the queue empty, and gives it up. Control thread, while the partition is not assigned.
    func release() {
        discard()
        drop()
    }

    /// Ends the epoch and gives the queue up as it is. Control thread.
    func drop() {
        stop()
        silence()
        state.withLock { $0.queue.drop() }
    }

    /// Ends the wake-ups: when it returns none is under way.
    func silence() {
        state.withLock { state in
            if let queue = state.queue.pointer { rd_kafka_queue_cb_event_enable(queue, nil, nil) }
        }
    }

    /// As if records had arrived.
    func wake() { signal.raise() }

    // The consumer drops each reader before the client goes, so there is nothing to do when the last reference goes.
}

/// Remembers that a queue has something, and wakes whoever reads it.
final class QueueSignal: Sendable {
    private let target: WakeTarget
    private let raised = Atomic<Bool>(false)

    init(_ target: WakeTarget) { self.target = target }

    func raise() {
        raised.store(true, ordering: .releasing)
        target.wake()
    }

    func take() -> Bool { raised.exchange(false, ordering: .acquiringAndReleasing) }
}

/// Runs on librdkafka's threads, under the queue's lock: nothing but the signal may be touched.
func queueSignalled(_ client: OpaquePointer?, _ opaque: UnsafeMutableRawPointer?) {
    guard let opaque else { return }
    Unmanaged<QueueSignal>.fromOpaque(opaque).takeUnretainedValue().raise()
}
