import type { Random } from "../../kit/random.ts";

const TACTICS =
  "intro | omega | ring_nf | norm_num | positivity | nlinarith [sq_nonneg (a - b)] | linarith | simp only [mul_comm] | induction n with k ih | obtain | refine ⟨_, _⟩ | rw [Nat.add_comm] | exact Nat.le_of_lt_succ | field_simp | push_cast | gcongr | by_contra | decide".split(
    " | ",
  );
const LEMMAS = "step bound divides base carry mono gap split limit parity degree choose".split(" ");

/** A formal proof with a comment before each step. */
export function proof(random: Random): string {
  const name = `${random.pick(LEMMAS)}_${random.integer(2, 99)}`;
  const steps = Array.from(
    { length: random.integer(3, 9) },
    (_, i) =>
      `  -- ${i + 1}: ${random.pick(LEMMAS)} by ${random.pick(LEMMAS)} ${random.integer(2, 99)}\n  ${random.pick(TACTICS)}`,
  );
  return `theorem ${name} (n : ℕ) (h : ${random.integer(2, 99)} ≤ n) : ${random.integer(2, 99)} ∣ n ^ ${random.integer(2, 9)} + ${random.integer(2, 99)} := by\n${steps.join("\n")}`;
}

/** What a checker says about a proof that it does not accept. */
export function checkerMessage(random: Random): string {
  const place = `Main.lean:${random.integer(3, 60)}:${random.integer(2, 30)}`;
  switch (random.integer(0, 3)) {
    case 0:
      return `${place}: error: unsolved goals\nn k : ℕ\nih : ${random.integer(2, 99)} ∣ k + ${random.integer(2, 99)}\n⊢ ${random.integer(2, 99)} ∣ k * ${random.integer(2, 99)} + ${random.integer(2, 99)}`;
    case 1:
      return `${place}: error: linarith failed to find a contradiction\na b c : ℝ\n⊢ a * ${random.integer(2, 99)} ≥ ${random.integer(2, 99)}`;
    case 2:
      return `${place}: error: unknown identifier '${random.pick(LEMMAS)}_${random.integer(2, 99)}'`;
    default:
      return `${place}: error: type mismatch\n  ${random.pick(LEMMAS)} ${random.integer(2, 99)}\nhas type ℕ but is expected to have type ℝ`;
  }
}
