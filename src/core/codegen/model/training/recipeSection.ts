/** Learning rate and optimizer: core/training/learningRate.ts and the engine's optimizers in PyTorch's words. */
export const RECIPE_SECTION = String.raw`def learning_rate_at(recipe, step, steps_per_epoch, epochs):
    """Learning rate of a step, from 0 over the job: linear warm-up, then constant, tenths, or a cosine to zero."""
    warmup_steps = recipe["warmupEpochs"] * steps_per_epoch
    rate = recipe["learningRate"]
    if step < warmup_steps:
        rate *= min(1, (step + 1) / warmup_steps)
    if recipe["schedule"] == "step":
        rate *= 0.1 ** (step // (steps_per_epoch * recipe["stepEpochs"]))
    elif recipe["schedule"] == "cosine" and step > warmup_steps:
        position = (step - warmup_steps) / (epochs * steps_per_epoch - warmup_steps)
        rate *= 0.5 * (1 + math.cos(math.pi * min(1, position)))
    return rate


def optimizer_of(model, recipe):
    """SGD with momentum, or Adam; weight decay is an L2 penalty on kernels, not on batch norms and biases."""
    kernels = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim <= 1]
    groups = [
        {"params": kernels, "weight_decay": recipe["weightDecay"]},
        {"params": others, "weight_decay": 0.0},
    ]
    if recipe["optimizer"] == "adam":
        return torch.optim.Adam(groups, lr=recipe["learningRate"], betas=(recipe["momentum"], 0.999))
    return torch.optim.SGD(groups, lr=recipe["learningRate"], momentum=recipe["momentum"])`;
