import MillraceKafka

/// Where the broker put each record, by its number. Used by the thread that sends.
final class DemoPlaces {
    private(set) var all: [DemoPlace: Int] = [:]

    func note(_ report: DeliveryReport) {
        all[DemoPlace(partition: report.partition, offset: report.offset)] = Int(report.token)
    }
}
