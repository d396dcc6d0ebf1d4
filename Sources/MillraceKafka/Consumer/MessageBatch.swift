package import MillraceCRdkafka
import Synchronization

/// Messages of one partition, owned until each is destroyed. Used by one thread at a time.
///
/// A message keeps the whole response in memory in which it was fetched, and its consumer cannot be destroyed before it.
package final class MessageBatch: @unchecked Sendable {
    /// How many messages it can hold.
    package let capacity: Int
    @usableFromInline package let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    // One thread at a time: the compiler's check of that at run time would be made for each message.
    @exclusivity(unchecked) @usableFromInline package var filled = 0
    @exclusivity(unchecked) private var live = 0
    @exclusivity(unchecked) private var client: ClientHandle?

    /// An empty batch.
    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        messages = .allocate(capacity: capacity)
        messages.initialize(repeating: nil, count: capacity)
    }

    deinit {
        destroyAll()
        messages.deallocate()
    }

    /// How many messages the last read found, destroyed ones included.
    @inlinable package var count: Int { filled }

    /// How many of them are not destroyed yet.
    package var liveCount: Int { live }

    /// The message at an index below `count`, which must not be destroyed yet. Valid until it is.
    @inlinable package func message(at index: Int) -> MessageView {
        guard index < filled, let message = messages[index] else {
            // Only an index that the caller made up or used up gets here.
            fatalError("no message at \(index)")
        }
        return MessageView(message)
    }

    /// Destroys one message; a second time nothing happens.
    package func destroy(at index: Int) {
        guard index < filled, let message = messages[index] else { return }
        messages[index] = nil
        rd_kafka_message_destroy(message)
        released(1)
    }

    /// Destroys what is left, and is empty then.
    package func destroyAll() {
        var destroyed = 0
        for index in 0..<filled {
            guard let message = messages[index] else { continue }
            messages[index] = nil
            rd_kafka_message_destroy(message)
            destroyed += 1
        }
        filled = 0
        released(destroyed)
    }

    /// Takes a message out of the batch, for as long as the answer lives.
    package func take(at index: Int) -> HeldMessage? {
        guard index < filled, let message = messages[index], let client else { return nil }
        messages[index] = nil
        let held = HeldMessage(message, client)
        released(1)
        return held
    }

    private func released(_ number: Int) {
        guard number > 0 else { return }
        live -= number
        guard live == 0 else { return }
        client?.liveBatches.subtract(1, ordering: .releasing)
        client = nil
    }

    /// Whether the last message says that there is nothing more at the moment.
    var endsThePartition: Bool {
        filled > 0 && messages[filled - 1]?.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF
    }

    func fill(from queue: OpaquePointer, max: Int, client: ClientHandle) -> Int {
        precondition(live == 0, "a batch is read into while it holds messages")
        let found = Swift.max(rd_kafka_consume_batch_queue(queue, 0, messages, min(max, capacity)), 0)
        filled = found
        live = found
        if found > 0 {
            self.client = client
            client.liveBatches.add(1, ordering: .relaxed)
        }
        return found
    }
}

/// One message taken out of its batch; destroyed with this object, on whatever thread lets it go.
package final class HeldMessage: @unchecked Sendable {
    private let message: UnsafeMutablePointer<rd_kafka_message_t>
    private let client: ClientHandle

    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ client: ClientHandle) {
        self.message = message
        self.client = client
        client.liveBatches.add(1, ordering: .relaxed)
    }

    deinit {
        rd_kafka_message_destroy(message)
        client.liveBatches.subtract(1, ordering: .releasing)
    }

    /// The message; valid while this object lives.
    package var view: MessageView { MessageView(message) }
}
