import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import software.amazon.event.ruler.Machine;

/** Reads one JSON array [pattern, event] per line; answers refused, match or none per line. */
public class RulerOracle {
  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode pair = mapper.readTree(line);
      Machine machine = new Machine();
      try {
        machine.addRule("rule", mapper.writeValueAsString(pair.get(0)));
      } catch (Exception refused) {
        out.append("refused\n");
        continue;
      }
      boolean matched = !machine.rulesForJSONEvent(mapper.writeValueAsString(pair.get(1))).isEmpty();
      out.append(matched ? "match\n" : "none\n");
    }
    System.out.print(out);
  }
}
