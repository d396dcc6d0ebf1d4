/// Where a record stands in the demo's topic.
struct DemoPlace: Sendable, Hashable, Comparable {
    var partition: Int32
    var offset: Int64

    static func < (left: DemoPlace, right: DemoPlace) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}
