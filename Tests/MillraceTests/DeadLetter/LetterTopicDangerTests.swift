import Millrace
import Testing

struct LetterTopicDangerTests {
    @Test func aTopicAsItIsCreatedIsSafe() {
        #expect(LetterTopicDanger.all(in: ["retention.ms": "-1", "cleanup.policy": "delete"]).isEmpty)
        #expect(LetterTopicDanger.all(in: [:]).isEmpty)
    }

    @Test func eachDangerIsFound() {
        #expect(LetterTopicDanger.all(in: ["retention.ms": "604800000"]) == [.lettersExpire(milliseconds: "604800000")])
        #expect(
            LetterTopicDanger.all(in: ["cleanup.policy": "compact", "retention.ms": "1000"]) == [.lettersCompacted])
        #expect(
            LetterTopicDanger.all(in: [
                "cleanup.policy": "compact, delete", "retention.ms": "1000", "message.timestamp.type": "LogAppendTime",
            ]) == [.lettersExpire(milliseconds: "1000"), .letterTimestampsChange, .lettersCompacted])
    }

    @Test func theMessageNamesTheTopicAndWhatToSet() {
        for danger in [.lettersExpire(milliseconds: "5"), .letterTimestampsChange, .lettersCompacted]
            as [LetterTopicDanger]
        {
            let message = danger.message(topic: "orders.dead-letter")
            #expect(message.hasPrefix("'orders.dead-letter' "))
            #expect(message.contains("; set "))
        }
    }
}
