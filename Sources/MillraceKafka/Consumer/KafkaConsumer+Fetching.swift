import MillraceCRdkafka
import Synchronization

extension KafkaConsumer {
    /// Whether `keepFetching` has something to do with the librdkafka that runs.
    package static var needsKeepFetching: Bool { !KafkaLibrary.hasFetchQueueBackoff }

    /// Keeps fetching going while more is read than what arrives. Runs until `close`, on a thread of its own.
    ///
    /// Below librdkafka 2.2 the thread that fetches sleeps for up to a second when a partition's queue is full, and
    /// nothing wakes it when the queue was read: with small queues and a busy application 18,000 records a second become
    /// 250,000 with this (8 queues of 1 MiB, 3 µs of work a record). A request to the same broker wakes it; the end
    /// offsets of what is being read are asked for every 20 ms, and nothing of what was read to its end meanwhile: the request
    /// would stand in the way of the fetches that it is to wake, which is seen where records come at a steady rate.
    /// (`topic.metadata.refresh.interval.ms=50` would do the same for ever, whether there is anything to read or not.)
    package func keepFetching() {
        while let readers = fetching.withLock({ $0 }) {
            let behind = readers.filter { $0.fetchWatch.look() }.map(\.topicPartition)
            if !behind.isEmpty {
                // One request to each leader. Without an answer nothing is lost but time.
                _ = try? handle.offsets(behind.map { ($0, KafkaOffset.end) }, timeoutMilliseconds: 1000)
            }
            millrace_pause(20)
        }
    }
}
