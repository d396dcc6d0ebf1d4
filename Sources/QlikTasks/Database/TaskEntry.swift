import CloudEvents
import Millrace

/// One Tasks event as the database takes it: what it says, and where it stands in the order of all events: by time, then
/// by partition and offset.
struct TaskEntry {
    let kind: TaskEventKind
    let state: TaskState
    /// The event's time, or the record's where the event has none; −1 millisecond where neither has one.
    let time: Timestamp
    /// The topic that the event was read from.
    let topic: String
    /// The partition that the event was read from.
    let partition: Int32
    /// The offset that the event was read from.
    let offset: Int64

    var event: CloudEvent { state.event }

    /// Reads a delivery. Throws `EventDataError` for data that is not of a task.
    init(_ delivery: Delivery) throws {
        self.init(
            try delivery.data(as: AnyTaskEvent.self), topic: delivery.topic, partition: delivery.partition,
            offset: delivery.offset, recordMilliseconds: delivery.timestamp.milliseconds)
    }

    /// An event and where it was read.
    ///
    /// - Parameter recordMilliseconds: the record's time, milliseconds since 1970; −1 where it has none.
    init(_ event: AnyTaskEvent, topic: String, partition: Int32, offset: Int64, recordMilliseconds: Int64) {
        kind = event.kind
        state = event.task
        time = event.task.event.instant ?? Timestamp(milliseconds: recordMilliseconds)
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

extension Timestamp {
    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    init(milliseconds: Int64) {
        let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        self.init(seconds: quotient, nanoseconds: Int32(rest) * 1_000_000)
    }
}
