import Testing

@testable import MillraceKafka

@Suite("When fetching may have to be kept going")
struct FetchWatchTests {
    @Test("Records for a whole period without the end, and each period while they come")
    func behind() {
        let watch = FetchWatch()
        #expect(!watch.look(), "nothing was read")
        watch.read(toEnd: false)
        #expect(!watch.look())
        #expect(watch.look(), "also where the queue was read empty and nothing comes any more")
        #expect(!watch.look(), "once, until something is read again")
        for _ in 0..<3 {
            watch.read(toEnd: false)
            watch.read(toEnd: false)
            #expect(watch.look())
        }
        #expect(!watch.look())
    }

    @Test("Records that are read as they come, with ends in between, are nothing to do")
    func steady() {
        let watch = FetchWatch()
        for _ in 0..<10 {
            watch.read(toEnd: false)
            #expect(!watch.look())
            watch.read(toEnd: true)
            watch.read(toEnd: false)
        }
    }

    @Test("At the end nothing is to be done until records come for another whole period")
    func ended() {
        let watch = FetchWatch()
        watch.read(toEnd: false)
        #expect(!watch.look())
        #expect(watch.look())
        watch.read(toEnd: true)
        #expect(!watch.look())
        watch.read(toEnd: false)
        #expect(!watch.look())
        #expect(watch.look())
    }
}
